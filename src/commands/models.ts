import { listModels } from '../api/gateway.ts';
import type { Context } from '../context.ts';
import type { Report } from '../terminal/output.ts';
import { toError } from '../verifier/advice.ts';

/** The models that the active key can use. */
export async function run(context: Context): Promise<Report> {
  const { key, service } = await context.keys.active(context.namedProfile);
  const listed = await listModels(await context.http(), service, key);
  if (listed.kind !== 'ok') throw toError(listed);
  const models = listed.value;
  return {
    data: { models },
    table: {
      columns: [{ title: 'Model' }, { title: 'Owned by', inNoRoom: 'left-out' }],
      rows: models.map(({ id, ownedBy = '' }) => ({ cells: [{ text: id }, { text: ownedBy }] })),
    },
    talk: [{ label: `${models.length} ${models.length === 1 ? 'model' : 'models'}` }],
  };
}
