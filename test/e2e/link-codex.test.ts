import { parse } from '@decimalturn/toml-patch';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements, systemPython } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const config = '.codex/config.toml';
const written = `# mine
model = "o3" # and this\r
prompt = """
[not.a.table]
"""

[mcp_servers.files]
command = "files" # one
args = [
\t"a", # two
]`;

describe('link codex', () => {
  it('adds its tables and nothing else, and gives back the bytes', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    home.write(config, `\u{feff}${written}`);
    const linked = await run(['link', 'codex']);
    expect(linked).toMatchObject({ exitCode: 0, stdout: '' });
    const text = home.read(config).toString();
    expect(text).not.toContain(key);
    expect(parse(text)).toMatchObject({
      model: 'o3',
      model_provider: 'megallm',
      mcp_servers: { files: { command: 'files', args: ['a'] } },
      model_providers: {
        megallm: {
          name: 'MegaLLM',
          base_url: `${sandbox.url}/v1`,
          wire_api: 'responses',
          auth: { args: expect.arrayContaining(['key', 'print', '--profile', 'default']), timeout_ms: 5000 },
        },
      },
    });
    for (const line of written.split('\n')) expect(text).toContain(line);
    expect(await run(['doctor'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('✓ Codex: key'),
    });
    expect((await run(['link', 'codex'])).stderr).toContain('Nothing to change');
    expect(await run(['unlink', 'codex'])).toMatchObject({ exitCode: 0 });
    expect(home.read(config).toString()).toBe(`\u{feff}${written}`);
  });

  it('is taken out alone when the file has been changed since, and all is gone when there was none', async () => {
    const { home, run } = await signedInHome();
    await run(['link', 'codex']);
    home.write(config, `${home.read(config)}\n[tui]\ntheme = "dark" # mine\n`);
    expect(await run(['unlink', 'codex'])).toMatchObject({ exitCode: 0 });
    expect(parse(home.read(config).toString())).toEqual({ tui: { theme: 'dark' } });
    expect(home.read(config).toString()).toContain('# mine');
    home.write(config, '');
    await run(['link', 'codex']);
    await run(['unlink', 'codex']);
    expect(home.read(config).toString()).toBe('');
  });

  it('refuses where the service does not serve what Codex speaks', async () => {
    const { home, run, sandbox } = await signedInHome();
    sandbox.servesResponses = false;
    const before = home.snapshot();
    const linked = await run(['link', 'codex']);
    expect(linked).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('/v1/responses') });
    expect(home.snapshot()).toEqual(before);
    expect(await run(['link', 'codex', '--project'])).toMatchObject({ exitCode: 2 });
  });

  it("asks before it takes another provider's place, and mends what 3.1.0 wrote", async () => {
    const { home, run } = await signedInHome();
    home.write(config, 'model_provider = "azure"\n');
    expect(await run(['link', 'codex'])).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining(':1 sets model_provider'),
    });
    expect(await run(['link', 'codex', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(home.read(config).toString()).toBe('model_provider = "azure"\n');
    const old = [
      'model = "gpt-5"\nmodel_provider = "megallm"\n\n[model_providers.megallm]',
      'name = "OpenAI using Chat Completions"\nbase_url = "https://ai.megallm.io/v1"',
      'env_key = "MEGALLM_API_KEY"\n\n  [model_providers.megallm.query_params]\n',
      '[tools]\nweb_search = true\nfile_browser = true\n',
    ];
    home.write(config, old.join('\n'));
    expect(await run(['link', 'codex'])).toMatchObject({ exitCode: 0 });
    const now = parse(home.read(config).toString());
    expect(now).not.toHaveProperty('tools');
    expect(now).toMatchObject({ model: 'gpt-5', model_providers: { megallm: { wire_api: 'responses' } } });
    expect(now.model_providers.megallm).not.toHaveProperty('env_key');
  });

  it('names the variable with --plain-key, and the place of what it cannot read', async () => {
    const { home, run } = await signedInHome();
    expect((await run(['link', 'codex', '--plain-key'])).stderr).toContain('MEGALLM_API_KEY');
    expect(parse(home.read(config).toString()).model_providers.megallm).toMatchObject({
      env_key: 'MEGALLM_API_KEY',
    });
    home.write(config, 'a = 1\nsecret = [ "sk-ant-x"\n');
    const broken = await run(['link', 'codex']);
    expect(broken).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/line \d+, column \d+/) });
    expect(broken.stderr).not.toContain('sk-ant');
  });
});

describeWith(requirements.python, 'what link codex writes', () => {
  it('reads the same to another parser', async () => {
    const { home, run } = await signedInHome();
    home.write(config, written);
    await run(['link', 'codex']);
    const script = 'import tomllib,json,sys;print(json.dumps(tomllib.load(open(sys.argv[1],"rb"))))';
    const { stdout } = await runProgram(systemPython, ['-c', script, `${home.path}/${config}`], { home });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(parse(home.read(config).toString()))));
  });
});
