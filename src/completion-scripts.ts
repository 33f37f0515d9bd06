/**
 * What shells are told to ask the program what it offers. Each runs `roombridge complete -- WORD...`, which prints a value
 * in a line, its description behind a tab, or `:files` where the shell itself knows best.
 */

/**
 * Bash takes words apart at `:` and `=` too, so that addresses are put together first, and what is offered loses what
 * stands before the last of them. It is the program of that name in the path that runs, never one that is only named.
 */
const bash = `# roombridge: completion for bash
_roombridge() {
  local -a words=()
  local i part word='' line=\${COMP_LINE:0:COMP_POINT} value
  for ((i = 1; i <= COMP_CWORD; i++)); do
    part=\${COMP_WORDS[i]}
    line=\${line#*"\${COMP_WORDS[i - 1]}"}
    if ((i > 1)) && [[ $line != [[:space:]]* ]] && [[ $part == [:=]* || $word == *[:=] ]]; then
      word+=$part
    else
      ((i > 1)) && words+=("$word")
      word=$part
    fi
  done
  local before=''
  [[ $word == *[:=]* ]] && before=\${word%"\${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    if [[ $value == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "\${word#"$before"}")
    else
      COMPREPLY+=("\${value#"$before"}")
    fi
  done < <(roombridge complete -- "\${words[@]}" "$word" 2>/dev/null)
}
complete -F _roombridge roombridge
`;

const zsh = `#compdef roombridge
# roombridge: completion for zsh
_roombridge() {
  local -a offered=()
  local line value
  for line in "\${(@f)$(roombridge complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    [[ -n $value ]] || continue
    if [[ $value == :files ]]; then
      _files
      return
    fi
    if [[ -n \${line#*$'\\t'} ]]; then
      offered+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    else
      offered+=("\${value//:/\\\\:}")
    fi
  done
  _describe 'roombridge' offered
}
if [[ $funcstack[1] == _roombridge ]]; then
  _roombridge "$@"
else
  compdef _roombridge roombridge
fi
`;

const fish = `# roombridge: completion for fish
function __roombridge_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l offered (roombridge complete -- $words[2..-1] 2>/dev/null)
  if string match -q -- ':files*' $offered[1]
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $offered
  end
end
complete -c roombridge -f -a '(__roombridge_complete)'
`;

const scripts = { bash, zsh, fish } as const;
export type Shell = keyof typeof scripts;

export function completionScript(shell: Shell): string {
  return scripts[shell];
}
