/** A verdaccio of its own: node serve.mjs VERDACCIO CONFIG. Prints its address, and ends when its stdin does. */
import { createRequire } from 'node:module';

const [verdaccio = '', config = ''] = process.argv.slice(2);
const { runServer } = createRequire(import.meta.url)(verdaccio);
const server = await runServer(JSON.parse(config));
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`));
process.stdin.resume().on('end', () => process.exit());
