# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for bash. The program knows what may come next; this hands it the words and obeys the lines that begin with ":".

_lineshaft () {
  local line=${COMP_LINE:0:COMP_POINT} words=() starts=() word text help cut= i
  # bash has split words at "=" and ":"; they are put together again.
  for ((i = 0; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $i -gt 0 && $line == "$word"* ]]; then words[-1]+=$word; else words+=("$word") starts+=("$i"); fi
    line=${line#*"$word"}
  done
  word=${line##*[[:space:]]}
  if [[ $line == "$word" ]]; then words[-1]+=$word; else words+=("$word") starts+=("$i"); fi
  word=${words[-1]}
  # What stands before the last "=" or ":" is not bash's to replace.
  [[ $word != *[=:]* ]] || cut=${word%"${word##*[=:]}"}

  COMPREPLY=()
  while IFS=$'\t' read -r text help; do
    case $text in
      :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${word#"$help"}") ;;
      :folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${word#"$help"}") ;;
      :command)
        if declare -F _command_offset > /dev/null; then _command_offset "${starts[help + 1]}"
        elif ((help + 2 == ${#words[@]})); then mapfile -t COMPREPLY < <(compgen -c -- "$word")
        else compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi ;;
      *) COMPREPLY+=("${text#"$cut"}") ;;
    esac
  done < <("$1" complete -- "${words[@]:1}" 2> /dev/null)
  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
}

complete -F _lineshaft lineshaft
