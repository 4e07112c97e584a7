import { parse } from 'dotenv';
import { type Requirement, requirements, systemPython } from '../../support/requirements.ts';
import { type Read, readerByProgram } from './readers.ts';

const python = `
import io, json, logging, sys
import dotenv
logging.disable()
def read(name):
    try: return dotenv.dotenv_values(name)
    except Exception: return None
print(json.dumps([read(str(n)) for n in range(int(sys.argv[1]))]))
`;

const ruby = `
require "dotenv"
require "json"
read = lambda do |name|
  begin
    Dotenv::Environment.new(name, true).to_h
  rescue Dotenv::FormatError, ArgumentError, EncodingError
    nil
  end
end
puts JSON.generate((0...ARGV[0].to_i).map { |n| read.(n.to_s) })
`;

/** One `direnv` for each file, as it has no other way. */
const direnv = `
printf '['
for n in $(seq 0 $(($1 - 1))); do
  [ $n = 0 ] || printf ,
  direnv dotenv json $n 2>/dev/null || printf null
done
printf ']'
`;

/** `set -a; . ./.env`, as scripts do; what a shell cannot read to its end does not count. */
const dash = `
use JSON::PP;
my @all;
for my $n (0 .. $ARGV[0] - 1) {
  my $out = \`env -i HOME="$ENV{HOME}" PATH="$ENV{PATH}" dash -c 'set -a; . ./$n >/dev/null; env -0' 2>/dev/null\`;
  my %read = map { /^([^=]*)=(.*)$/s ? ($1 => $2) : () } split /\\0/, $out;
  delete @read{qw(PWD OLDPWD _)};
  push @all, $? == 0 ? \\%read : undef;
}
print JSON::PP->new->latin1->encode(\\@all);
`;

export const dotenvReaders: readonly { name: string; needs: Requirement | undefined; read: Read }[] = [
  {
    name: 'dotenv',
    needs: undefined,
    read: async (texts) => texts.map((text) => parse(Buffer.from(text, 'latin1'))),
  },
  {
    name: 'python-dotenv',
    needs: requirements.pythonDotenv,
    read: readerByProgram(systemPython, ['-c', python]),
  },
  { name: 'ruby-dotenv', needs: requirements.rubyDotenv, read: readerByProgram('ruby', ['-e', ruby]) },
  { name: 'direnv', needs: requirements.direnv, read: readerByProgram('sh', ['-c', direnv, 'sh']) },
  { name: 'dash', needs: requirements.dash, read: readerByProgram('perl', ['-e', dash]) },
];
