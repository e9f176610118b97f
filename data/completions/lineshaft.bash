# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for bash. The program knows what may come next; this only hands it the words and obeys the lines that begin with ":".

_lineshaft () {
  local line=${COMP_LINE:0:COMP_POINT} words=() word candidate i cut=
  # bash has split words at "=" and ":"; they are put together again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=${line##*[[:space:]]}
    if [[ $i -gt 0 && -n $line && $line != [[:space:]]* ]]; then
      ((i < COMP_CWORD)) || word=$line
      words[-1]+=$word
    else
      words+=("$word")
    fi
    line=${line#*"$word"}
  done
  word=${words[-1]}
  # What stands before the last of these characters is not bash's to replace.
  [[ $word != *[=:]* ]] || cut=${word%"${word##*[=:]}"}

  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    case $candidate in
      :files) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "${word#"$cut"}") ;;
      :folders) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "${word#"$cut"}") ;;
      :command) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -- "$word") ;;
      *) COMPREPLY+=("${candidate#"$cut"}") ;;
    esac
  done < <("$1" complete -- "${words[@]:1}" 2> /dev/null)
  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
}

complete -F _lineshaft lineshaft
