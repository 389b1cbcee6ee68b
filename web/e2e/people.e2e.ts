import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administration, choose, confirm } from './support/administration';
import { DESKTOP, faults, launch, misfits, open, PHONE, shot } from './support/browser';
import { api, person, signInAs, token, url } from './support/house';

/**
 * Against a running server, with an administrator's token that makes the administrator of the tests:
 * SIXFOLD_URL=http://127.0.0.1:8080 SIXFOLD_TOKEN=sxf_... npm run e2e -- people
 */
const RUN = Date.now().toString(36);
const ADMIN = `admin-${RUN}`;
const GUEST = `guest-${RUN}`;
const PASSWORD = 'copper lantern otter vale';

describe.skipIf(!url || !token)('people and programs', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    await person(ADMIN, 'administrator');
    await api('PUT', `governance/facilities/north-${RUN}`, { name: `North ${RUN}` });
  });
  afterAll(() => browser.close());

  it('invites a person, gives them roles and a place, bars and enables them', async () => {
    const { page, trouble } = await administration(browser, 'people', ADMIN);
    await page.getByRole('button', { name: 'Invite a person…' }).click();
    const inviting = page.getByRole('dialog', { name: 'Invite a person' });
    await inviting.getByRole('checkbox', { name: 'Physician' }).check();
    await inviting.getByText(/^May find studies|^May see images|^May .*see images/).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'people-invite');
    await inviting.getByRole('button', { name: 'Make the link' }).click();
    const link = await inviting.getByLabel('One-time link').inputValue();
    await inviting.getByText(/It works once, until/).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'people-link');
    await inviting.getByRole('button', { name: 'Done' }).click();

    const guest = await open(browser, link);
    const streams: string[] = [];
    guest.page.on('request', (request) => {
      if (request.url().includes('/events/stream')) streams.push(request.url());
    });
    await guest.page.getByLabel('Your name').fill(`Guest ${RUN}`);
    await guest.page.getByLabel('Sign-in name').fill(GUEST);
    await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await guest.page.getByRole('button', { name: 'Create account and sign in' }).click();
    await guest.page.getByRole('button', { name: `signed in as Guest ${RUN}` }).waitFor();
    // A physician may not follow the feed: the page neither asks for it nor pretends that it is lost.
    await guest.page.waitForTimeout(1_500);
    expect(streams).toEqual([]);
    expect(await guest.page.getByText(/Connecting|Reconnecting|^Live$/).count()).toBe(0);
    expect(guest.trouble).toEqual([]);

    await page.reload();
    await page.getByLabel('Search people').fill(`${GUEST} physician`);
    const list = page.getByRole('table', { name: 'People' });
    const row = list.getByRole('row').filter({ hasText: GUEST });
    await page.getByText('1 person', { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'people');
    await row.getByRole('button').press('Enter');
    const panel = page.getByRole('dialog', { name: `Guest ${RUN}` });
    await panel.getByRole('checkbox', { name: 'Radiologist' }).check();
    await choose(page, 'Service lines', 'Cardiology');
    await choose(page, 'Facilities', `North ${RUN}`);
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('Saved.').waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'people-panel');

    await panel.getByRole('button', { name: 'Bar…' }).click();
    await shot(page, 'people-bar');
    await confirm(page, `Bar Guest ${RUN}`, 'Bar');
    await panel.getByText('Barred', { exact: true }).waitFor();
    await guest.page.waitForTimeout(5_500); // another process believes a session for five seconds
    await guest.page.reload();
    await guest.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await panel.getByRole('button', { name: 'Enable' }).click();
    await panel.getByText('Enabled', { exact: true }).waitFor();
    await guest.page.getByLabel('Name').fill(GUEST);
    await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await guest.page.getByRole('button', { name: 'Sign in' }).click();
    await guest.page.getByRole('button', { name: `signed in as Guest ${RUN}` }).waitFor();
    await guest.page.getByText('Live', { exact: true }).waitFor(); // a radiologist may follow the feed

    await panel.getByRole('button', { name: 'New password…' }).click();
    const renewing = page.getByRole('dialog', { name: `New password for ${GUEST}` });
    await renewing.getByRole('button', { name: 'Make the link' }).click();
    const renewal = await renewing.getByLabel('One-time link').inputValue();
    await page.keyboard.press('Escape');
    await guest.page.goto(renewal);
    await guest.page.getByRole('heading', { name: 'New password' }).waitFor();
    await guest.page.getByLabel('Password', { exact: true }).fill('walnut harbour lamp seven');
    await guest.page.getByRole('button', { name: 'Set password and sign in' }).click();
    await guest.page.getByRole('button', { name: `signed in as Guest ${RUN}` }).waitFor();
    await renewing.waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Delete…' }).click();
    await confirm(page, `Delete the account of Guest ${RUN}`, 'Delete');
    await panel.waitFor({ state: 'detached' });
    await page.getByText('Nobody matches').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'main');
    expect(trouble).toEqual([]);
    await guest.page.context().close();
  });

  it('says why the last administrator stays', async () => {
    const { page } = await administration(browser, 'people', ADMIN);
    await page.route('**/api/governance/accounts/*', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          title: 'In conflict with what is there',
          detail: 'this is the last administrator: name another one first',
          do: 'Look at the present state, then decide anew.',
        }),
      }),
    );
    await page.getByLabel('Search people').fill(ADMIN);
    await page.getByRole('row').filter({ hasText: ADMIN }).getByRole('button').click();
    await page.getByRole('button', { name: 'Bar…' }).click();
    const dialog = page.getByRole('dialog', { name: `Bar ${ADMIN}` });
    await dialog.getByRole('button', { name: 'Bar', exact: true }).click();
    await dialog.getByText(/this is the last administrator: name another one first/).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'people-last');
  });

  it('makes a token that is shown once, and ends it', async () => {
    const { page, trouble } = await administration(browser, 'tokens', ADMIN);
    await page.getByRole('button', { name: 'Make a token…' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Make a token' });
    await dialog.getByLabel('Name of the program').fill(`ris-${RUN}`);
    await dialog.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Service', exact: true }).click();
    await choose(page, 'Only for', 'Find studies');
    await dialog.getByLabel('Valid for days').fill('4000');
    expect(await dialog.getByRole('button', { name: 'Make the token' }).isEnabled()).toBe(false);
    await dialog.getByLabel('Valid for days').fill('30');
    expect(await faults(page)).toEqual([]);
    await shot(page, 'token-dialog');
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    const secret = await dialog.getByLabel('Token', { exact: true }).inputValue();
    await shot(page, 'token-secret');
    const asked = (path: string): Promise<number> =>
      fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${secret}` } }).then(({ status }) => status);
    expect(await asked('/api/studies')).toBe(200);
    expect(await asked('/api/events')).toBe(403);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const table = page.getByRole('table', { name: 'Tokens' });
    const row = table.getByRole('row').filter({ hasText: `ris-${RUN}` });
    await row.getByText('Only to find studies').waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(await faults(page)).toEqual([]);
    await shot(page, 'tokens');
    await row.getByRole('button', { name: /^End/ }).click();
    await confirm(page, `End the token of ris-${RUN}`, 'End it');
    await row.waitFor({ state: 'detached' });
    await page.getByLabel('Show ended ones too').check();
    await row.getByText('Ended').waitFor();
    await expect.poll(() => asked('/api/studies'), { timeout: 15_000 }).toBe(401);
    expect(trouble).toEqual([]);
  });

  it('maps a group of the provider, and takes that back', async () => {
    const { page, trouble } = await administration(browser, 'provider-groups', ADMIN);
    await page.getByRole('button', { name: 'Map a group…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Map a group' });
    await dialog.getByLabel('Group at the provider').fill(`/hospital/readers ${RUN}`);
    await dialog.getByRole('checkbox', { name: 'Radiologist' }).check();
    await choose(page, 'Service lines', 'Radiology');
    expect(await faults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const row = page.getByRole('row').filter({ hasText: `readers ${RUN}` });
    await row.getByText('Radiologist').waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'mappings');
    await row.getByRole('button', { name: /^Remove/ }).click();
    await confirm(page, 'Remove the mapping', 'Remove');
    await row.waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('fits a %s, in the light theme too', async (name, viewport) => {
    const { page, trouble } = await open(browser, `${url}/#/governance/people`, viewport);
    await page.evaluate(() => {
      localStorage.setItem('sixfold.scheme', 'light');
    });
    await page.reload();
    await signInAs(page, ADMIN);
    for (const path of ['people', 'tokens', 'places', 'sorting', 'provider-groups', 'dicom']) {
      await page.goto(`${url}/#/governance/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(500);
      expect(await faults(page), path).toEqual([]);
      if (viewport === PHONE) expect(await misfits(page), path).toEqual([]);
      await shot(page, `${name}-${path}`);
    }
    expect(trouble).toEqual([]);
  });
});
