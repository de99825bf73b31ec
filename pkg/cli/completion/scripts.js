/**
 * The scripts of shells. Each asks the program itself, `multiarch __complete WORDS...`, in cobra's protocol, which docker speaks to
 * its plugins as well: candidates with a tab before their description, and last a colon with the sum of `DIRECTIVES`.
 */

export const DIRECTIVES = { noSpace: 2, noFiles: 4 };

const BASH = `# bash completion for multiarch
_multiarch() {
    local line="\${COMP_LINE:0:COMP_POINT}" candidate directive=4 word prefix
    local -a words
    read -ra words <<< "$line"
    [[ "$line" == *[[:space:]] ]] && words+=("")
    word="\${words[\${#words[@]}-1]}"
    COMPREPLY=()
    while IFS= read -r candidate; do
        if [[ "$candidate" == :* ]]; then
            directive="\${candidate#:}"
        else
            candidate="\${candidate%%$'\\t'*}"
            [[ "$candidate" == "$word"* ]] && COMPREPLY+=("$candidate")
        fi
    done < <("\${words[0]/#\\~/$HOME}" __complete "\${words[@]:1}" 2> /dev/null)
    if (( (directive & 4) == 0 )); then
        while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$word")
        type compopt > /dev/null 2>&1 && compopt -o filenames 2> /dev/null
    fi
    (( directive & 2 )) && type compopt > /dev/null 2>&1 && compopt -o nospace 2> /dev/null
    # Bash breaks words at these characters, and replaces only what stands behind the last of them.
    if [[ "$word" == *[:=]* ]]; then
        prefix="\${word%"\${word##*[:=]}"}"
        COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
    fi
}
complete -F _multiarch multiarch
`;

const ZSH = `#compdef multiarch
_multiarch() {
    local line directive
    local -a lines values shown spacing
    lines=("\${(@f)$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2> /dev/null)}")
    directive="\${lines[-1]#:}"
    [[ -n "$directive" ]] || return 1
    for line in "\${(@)lines[1,-2]}"; do
        values+=("\${line%%$'\\t'*}")
        shown+=("\${line/$'\\t'/  -- }")
    done
    (( directive & 2 )) && spacing=(-S '')
    (( \${#values} )) && compadd "\${spacing[@]}" -l -d shown -a values
    (( directive & 4 )) || _files
}
# Loaded by name from a folder of functions, or read at once.
if [ "\${funcstack[1]}" = "_multiarch" ]; then
    _multiarch "$@"
else
    compdef _multiarch multiarch
fi
`;

const FISH = `# fish completion for multiarch
function __multiarch_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines ($program __complete $words "$current" 2> /dev/null)
    set -q lines[1]; or return
    set -l directive (string sub -s 2 -- $lines[-1])
    set -e lines[-1]
    set -q lines[1]; and printf '%s\\n' $lines
    if test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path "$current"
    end
end
complete -c multiarch -f -a '(__multiarch_complete)'
`;

const POWERSHELL = `# PowerShell completion for multiarch
Register-ArgumentCompleter -Native -CommandName 'multiarch' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $program = $words[0]
    $given = @($words | Select-Object -Skip 1)
    # Older versions do not hand an empty argument to a program.
    $flags = @()
    if ($wordToComplete -eq '') { $flags = @('--empty') }
    $lines = @(& $program __complete @flags @given 2> $null)
    if ($lines.Count -eq 0) { return }
    $directive = [int]$lines[-1].Substring(1)
    foreach ($line in ($lines | Select-Object -SkipLast 1)) {
        $value, $about = $line.Split("\`t", 2)
        if (-not $about) { $about = $value }
        $space = if (($directive -band 2) -eq 0) { ' ' } else { '' }
        [System.Management.Automation.CompletionResult]::new($value + $space, $value, 'ParameterValue', $about)
    }
}
`;

/** By the shell's name. */
export const SCRIPTS = { bash: BASH, fish: FISH, powershell: POWERSHELL, zsh: ZSH };
