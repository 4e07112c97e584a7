import { type Read, readerByProgram } from './readers.ts';

const shown =
  'set -S A B C MEGALLM_API_KEY_OLD XMEGALLM_API_KEY > rest 2>&1; functions --no-details f >> rest 2>&1; printf %s "$MEGALLM_API_KEY" > key';

/** Reads files in a fish of their own each, as it has no subshells: `{ key, rest }`. */
export function fishReader(environment: string): Read {
  const script = `
    mkdir -p home/.megallm home/.config
    printf %s "$ENVIRONMENT" > home/.megallm/env.fish
    for n in $(seq 0 $(($1 - 1))); do
      rm -f rest key
      HOME=$PWD/home fish --no-config -c "source ./$n; ${shown.replaceAll('"', '\\"').replaceAll('$', '\\$')}" > /dev/null 2>&1 < /dev/null
      cp rest rest.$n 2> /dev/null; cp key key.$n 2> /dev/null
    done
    perl -MJSON::PP -e '
      sub content { open my $file, "<", $_[0] or return undef; local $/; return scalar(<$file>) // "" }
      my @all = map { { key => content("key.$_"), rest => content("rest.$_") } } 0 .. $ARGV[0] - 1;
      print JSON::PP->new->latin1->encode([map { defined $_->{key} ? $_ : undef } @all]);' "$1"
  `;
  return readerByProgram('sh', ['-c', script, 'sh'], { ENVIRONMENT: environment });
}
