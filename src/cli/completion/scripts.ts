// What each shell runs when a user presses Tab. Where Portico has nothing to offer, files are.

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# portico: completion for bash
_portico() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _portico portico
`;

const zsh = `#compdef portico
# portico: completion for zsh
_portico() {
  local -a found
  found=(\${(f)"$(\${words[1]} completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
compdef _portico portico
`;

const fish = `# portico: completion for fish
function __portico_words
    set -l typed (commandline -opc) (commandline -ct)
    $typed[1] completion words -- $typed[2..-1] 2>/dev/null
end
complete -c portico -a '(__portico_words)'
`;

export function scriptFor(shell: Shell): string {
  return { bash, zsh, fish }[shell];
}
