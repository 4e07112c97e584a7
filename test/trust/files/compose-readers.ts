import { systemPython } from '../../support/requirements.ts';
import { type Read, readerByProgram } from './readers.ts';

/** PyYAML, which docker-compose 1 reads files with, and Ruby's Psych, which is made of libyaml: neither is ours. */
const python = `
import json, sys, yaml
def read(name):
    try: return yaml.safe_load(open(name, "rb").read())
    except (yaml.YAMLError, UnicodeDecodeError): return None
print(json.dumps([read(str(n)) for n in range(int(sys.argv[1]))], default=repr))
`;

const ruby = `
require "json"
require "psych"
read = lambda do |name|
  begin
    Psych.safe_load(File.read(name, encoding: "bom|utf-8"), aliases: true)
  rescue StandardError, Psych::Exception
    nil
  end
end
puts JSON.generate((0...ARGV[0].to_i).map { |n| read.(n.to_s) })
`;

/** What Compose itself makes of them, with a key in its environment; a process for each file. */
const compose = `
printf '['
for n in $(seq 0 $(($1 - 1))); do
  [ $n = 0 ] || printf ,
  mkdir -p project; cp $n project/compose.yaml; touch project/.env
  docker-compose -f project/compose.yaml --env-file project/.env config 2>/dev/null |
    python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))'
done
printf ']'
`.replaceAll('python3', systemPython);

export const pythonYaml: Read = readerByProgram(systemPython, ['-c', python]);
export const rubyYaml: Read = readerByProgram('ruby', ['-e', ruby]);
export const dockerCompose: Read = readerByProgram('sh', ['-c', compose, 'sh'], {
  MEGALLM_API_KEY: 'from-outside',
});
