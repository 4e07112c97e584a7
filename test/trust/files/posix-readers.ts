import { type Read, readerByProgram } from './readers.ts';

/** What a shell has in hand when it has read a startup file. */
const shown = {
  bash: 'declare -p A B C MEGALLM_API_KEY_OLD XMEGALLM_API_KEY PATH; alias; declare -f f g',
  zsh: 'typeset -p A B C MEGALLM_API_KEY_OLD XMEGALLM_API_KEY PATH; alias; functions f g',
};

const switches = { bash: ['--norc', '--noprofile'], zsh: ['-f'] };

/**
 * Reads startup files in a shell, each in a subshell of its own, in a home whose `~/.megallm/env.sh` is `environment`:
 * `{ key, rest }`, or nothing where the shell does not get to the end.
 */
export function posixReader(shell: keyof typeof shown, environment: string): Read {
  const script = `
    mkdir -p home/.megallm
    printf %s "$ENVIRONMENT" > home/.megallm/env.sh
    HOME=$PWD/home
    for n in $(seq 0 $(($1 - 1))); do
      ( . ./$n; { ${shown[shell]}; } > rest.$n 2>&1; printf %s "$MEGALLM_API_KEY" > key.$n ) > /dev/null 2>&1 < /dev/null
    done
    perl -MJSON::PP -e '
      sub content { open my $file, "<", $_[0] or return undef; local $/; return scalar(<$file>) // "" }
      my @all = map { { key => content("key.$_"), rest => content("rest.$_") } } 0 .. $ARGV[0] - 1;
      print JSON::PP->new->latin1->encode([map { defined $_->{key} ? $_ : undef } @all]);' "$1"
  `;
  return readerByProgram(shell, [...switches[shell], '-c', script, shell], { ENVIRONMENT: environment });
}
