import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMegallm } from '../support/megallm.ts';
import { chromiumPath, describeWith, requirements } from '../support/requirements.ts';
import { freshHome } from '../support/signed-in-home.ts';
import { createHome } from '../support/temporary-home.ts';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describeWith(requirements.chromium, 'the page that a real browser lands on', () => {
  const profile = createHome();
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await chromium.launchPersistentContext(profile.path, {
      executablePath: chromiumPath,
      args: quiet,
      env: { PATH: process.env.PATH, HOME: profile.path },
    });
  });
  afterAll(async () => {
    await browser?.close();
    profile.remove();
  });

  /** Signs in with Chromium, and gives what it shows then, and what it complained about. */
  async function land(mode: 'approve' | 'deny' | 'wrong-state' | 'used-code') {
    const { home, sandbox } = await freshHome();
    sandbox.authorizeMode = mode;
    // A display, and no program that would open anything.
    const env = { ...sandbox.environment, DISPLAY: ':0', PATH: home.path };
    const child = startMegallm(['login', '--insecure-storage'], { home, env });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const address = () => /→ (http\S+)\n/.exec(stderr)?.[1];
    for (let attempt = 0; attempt < 800 && address() === undefined; attempt += 1) await sleep(25);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const requested: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).host));
    await page.goto(address() ?? '');
    return { page, complaints, requested, sandbox };
  }

  async function look(page: Page, colorScheme: 'light' | 'dark') {
    await page.emulateMedia({ colorScheme });
    return page.evaluate(`(() => {
      const of = (selector) => getComputedStyle(document.querySelector(selector));
      return { page: of('body').backgroundColor, text: of('h1').color, mark: of('svg').stroke };
    })()`) as Promise<{ page: string; text: string; mark: string }>;
  }

  it('says that all is well, in light and in dark, and loads nothing', async () => {
    const { page, complaints, requested, sandbox } = await land('approve');
    expect(await page.title()).toContain('You are signed in');
    expect(await page.textContent('main')).toMatch(/You are signed in[\s\S]*close this tab/);
    expect(sandbox.liveKeys()).toHaveLength(2);
    const [light, dark] = [await look(page, 'light'), await look(page, 'dark')];
    expect(brightness(light.page)).toBeGreaterThan(200);
    expect(brightness(light.text)).toBeLessThan(60);
    expect(brightness(dark.page)).toBeLessThan(60);
    expect(brightness(dark.text)).toBeGreaterThan(200);
    expect(light.mark).not.toBe(dark.mark);
    expect(complaints).toEqual([]);
    expect(new Set(requested).size).toBe(2);
    await page.close();
  });

  it('shows what the service says as text, whatever it holds', async () => {
    const { page, complaints, sandbox } = await land('deny');
    expect(await page.title()).toContain('You are not signed in');
    expect(await page.textContent('main')).toContain('<script>document.title = "injected"</script>');
    expect(await page.locator('script').count()).toBe(0);
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
    expect(sandbox.liveKeys()).toHaveLength(1);
    await page.close();
  });

  it('would run no script even if one got in', async () => {
    const { page } = await land('wrong-state');
    expect(await page.textContent('main')).toContain('does not belong to this sign-in');
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="document.title = 1">');
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = 2' }))`);
    await sleep(200);
    expect(await page.title()).toContain('You are not signed in');
    await page.close();
  });

  it('says so when the code was used before, on a narrow screen too', async () => {
    const { page } = await land('used-code');
    expect(await page.textContent('main')).toContain('no longer takes this code');
    await page.setViewportSize({ width: 320, height: 500 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await page.close();
  });
});

/** 0 to 255, of a colour as `getComputedStyle` writes it. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}
