/**
 * What each shell is given to complete with. All of them ask `megallm complete` with the words before the cursor and then
 * the one at the cursor behind a `=`, since an empty word is lost on the way in some; the answer is lines of a value, a tab
 * and what it is. An empty answer leaves the word to the shell: it is a file's name.
 */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `_megallm() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(megallm complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "=\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null </dev/null)
}
complete -o default -F _megallm megallm
`,
  zsh: `#compdef megallm
_megallm() {
  local line
  local -a described
  while IFS= read -r line; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(megallm complete -- "\${(@)words[2,CURRENT-1]}" "=\${words[CURRENT]}" 2>/dev/null </dev/null)
  if (( \${#described} )); then
    _describe -V megallm described
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = _megallm ]; then
  _megallm "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _megallm megallm
fi
`,
  fish: `function __megallm_complete
  set -l before (commandline -opc)
  megallm complete -- $before[2..-1] "="(commandline -ct) 2>/dev/null </dev/null
end
complete -c megallm -f -a '(__megallm_complete)'
complete -c megallm -l file -r -F
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName megallm -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  megallm complete '--' @before "=$wordToComplete" 2>$null | ForEach-Object {
    $value, $description = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`,
};
