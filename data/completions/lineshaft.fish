# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for fish. The program knows what may come next; this hands it the words and obeys the lines that begin with ":".

function __lineshaft_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in (command $program complete -- $words "$current" 2>/dev/null)
        set -l parts (string split --max 1 \t -- $line)
        switch $parts[1]
            case ':files'
                for path in (__fish_complete_path (string replace -- "$parts[2]" '' "$current"))
                    echo $parts[2]$path
                end
            case ':folders'
                for path in (__fish_complete_directories (string replace -- "$parts[2]" '' "$current"))
                    echo $parts[2]$path
                end
            case ':command'
                set -l from (math $parts[2] + 1)
                set -l rest
                test $from -gt (count $words); or set rest $words[$from..-1]
                complete -C (string join ' ' -- (string escape -- $rest) $current)
            case '*'
                echo $line
        end
    end
end

complete --command lineshaft --no-files --arguments '(__lineshaft_complete)'
