import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, launch, misfits, open, PHONE, shot, sound } from './support/browser';
import { api, asPerson, CHAIR, enter, MEMBER, PHYSICIAN, signInAs, SLOW, token, url } from './support/house';

/**
 * Against the server in which `founding.e2e.ts` has just founded a body: it decides, and takes its decision back.
 * SIXFOLD_URL=http://127.0.0.1:8080 SIXFOLD_TOKEN=sxf_... npm run e2e -- decisions
 */
const TITLE = 'Physicians find their studies in the portal only';

interface Activation {
  version: string;
  by: string;
}

const inForce = async (): Promise<string> =>
  (await api<Activation[]>('GET', 'governance/policies'))[0]?.version ?? '';

describe.skipIf(!url || !token)('decisions', () => {
  let browser: Browser;
  let before = '';
  let proposal = '';
  let overtaken = '';

  beforeAll(async () => {
    browser = await launch();
    before = await inForce();
    for (let times = 0; times < 3; times++) await asPerson(PHYSICIAN, 'studies');
  });
  afterAll(() => browser.close());

  it('draws up a proposal, checked while one writes, and tries it on the past', async () => {
    const { page, trouble } = await enter(browser, CHAIR, 'decisions/');
    await page.getByText('Nothing was proposed yet').waitFor();
    await page.getByRole('link', { name: 'New proposal' }).click();
    await page.getByLabel('Title').fill(TITLE);
    await page.getByLabel('Reason').fill('They search the portal; the archive is for those who read.');
    const area = page.getByRole('textbox', { name: 'Policies' });
    const text = await area.inputValue();
    await area.fill(text.replace('@id("physicians")\npermit (', '@id("physicians")\npermitt ('));
    await page.getByLabel('Findings').getByText('Error').first().waitFor(SLOW);
    await sound(page, 'editor-error');
    await page
      .getByRole('button', { name: /^Line / })
      .first()
      .click();
    expect(await area.evaluate((field) => field === document.activeElement)).toBe(true);
    const [head, tail] = text.split('@id("physicians")');
    await area.fill(`${head ?? ''}@id("physicians")${(tail ?? '').replace('Action::"search", ', '')}`);
    await page.getByText('The checks find nothing').waitFor(SLOW);
    await page.getByLabel('Differences').getByText('physicians', { exact: true }).waitFor(SLOW);
    await sound(page, 'editor');

    await page.getByRole('link', { name: 'Log' }).click();
    await page.getByRole('dialog').getByText('Leave what you wrote?').waitFor();
    await page.getByRole('button', { name: 'Go on writing' }).click();
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByRole('heading', { level: 1, name: TITLE }).waitFor(SLOW);
    proposal = page.url().split('/').at(-1) ?? '';

    await page.getByLabel('How much of the past').selectOption('7');
    await page.route('**/api/governance/replays/*', async (route) => {
      const response = await route.fetch();
      const view = (await response.json()) as { replay: object };
      await route.fulfill({
        response,
        json: { replay: { ...view.replay, state: 'running', done: 1, total: 4 } },
      });
    }); // this one ends too soon to be seen
    await page.getByRole('button', { name: 'Try it on the past' }).click();
    await page.getByText('1 of 4 events are decided again.').waitFor(SLOW);
    await page.getByRole('progressbar', { name: 'Replay' }).waitFor();
    await sound(page, 'running');
    await page.unroute('**/api/governance/replays/*');
    const changes = page.getByRole('table', { name: 'Changes' });
    await changes.getByText(PHYSICIAN).first().waitFor(SLOW);
    await page.getByLabel('Of whom').selectOption(`person:${PHYSICIAN}`);
    await changes.getByText('−3 lost').waitFor(SLOW);
    await changes.scrollIntoViewIfNeeded();
    await sound(page, 'what-if');
    await page.getByRole('button', { name: 'Put it to the vote…' }).click();
    await page
      .getByRole('dialog')
      .getByText(/vote for two weeks, on exactly this/)
      .waitFor();
    await sound(page, 'open-dialog');
    await page.getByRole('dialog').getByRole('button', { name: 'Put it to the vote' }).click();
    await page.getByText('Nobody has voted yet.').waitFor(SLOW);
    const form = page.getByRole('form', { name: 'Your vote' });
    await form.getByText('No', { exact: true }).click();
    await form.getByRole('button', { name: 'Vote', exact: true }).click();
    await page.getByText('You voted no').waitFor(SLOW);
    await form.getByText('Yes', { exact: true }).click();
    await form.getByLabel('Comment').fill('Three searches in a week: nobody will miss it.');
    await form.getByRole('button', { name: 'Change the vote' }).click();
    await page.getByText('You voted yes').waitFor(SLOW);
    await page.getByText(`Waiting for ${MEMBER}.`).waitFor();
    expect(await page.getByRole('button', { name: 'End the vote…' }).count()).toBe(0);
    await sound(page, 'vote');
    expect(trouble).toEqual([]);
  });

  it('keeps a draft that others have not seen', async () => {
    const { text } = await asPerson<{ text: string }>(CHAIR, `governance/policies/${before}`);
    const said = { title: 'One comment more', reason: 'To be overtaken.', body: 'steering', kind: 'policy' };
    const other = { ...said, text: text.replace('@id("physicians")', '// Physicians.\n@id("physicians")') };
    overtaken = (await asPerson<{ key: string }>(CHAIR, 'governance/proposals', 'POST', other)).key;
  });

  it('passes on a phone with the vote of the other seat, and is in force as it was voted on', async () => {
    const { page, trouble } = await enter(browser, MEMBER, `decisions/proposals/${proposal}`, PHONE);
    const form = page.getByRole('form', { name: 'Your vote' });
    await form.getByText('Yes', { exact: true }).click();
    expect(await misfits(page)).toEqual([]);
    await sound(page, 'phone-vote');
    await form.getByRole('button', { name: 'Vote', exact: true }).click();
    await page.getByRole('button', { name: 'End the vote…' }).click(SLOW);
    await page
      .getByRole('dialog')
      .getByText(/It carries/)
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'End the vote' }).click();
    await page.getByRole('status').getByText('Passed').waitFor(SLOW);
    const { proposal: passed } = await asPerson<{ proposal: Activation }>(
      CHAIR,
      `governance/proposals/${proposal}`,
    );
    expect(await inForce()).toBe(passed.version);
    expect(passed.version).not.toBe(before);
    expect(trouble).toEqual([]);
  });

  it('is out of date when something else came in force, and is drawn up anew on that', async () => {
    const { page, trouble } = await enter(browser, CHAIR, `decisions/proposals/${overtaken}`);
    await page.getByRole('button', { name: 'Put it to the vote…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Put it to the vote' }).click();
    await page.getByRole('status').getByText('Out of date').waitFor(SLOW);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('status');
    await sound(page, 'stale');
    await page.getByRole('link', { name: 'Draw it up anew…' }).click();
    await page.getByText('Something else was decided meanwhile.').waitFor(SLOW);
    await page
      .getByLabel('Differences')
      .getByText(/Action::"search"/)
      .first()
      .waitFor(SLOW);
    await sound(page, 'redraft');
    expect(trouble).toEqual([]);
  });

  it('stands in the log, is looked back at, and is taken back by another decision', async () => {
    const { page, trouble } = await enter(browser, CHAIR, 'decisions/log');
    const log = page.getByRole('table', { name: 'Decisions' });
    await log.getByRole('button', { name: new RegExp(TITLE) }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('Three searches in a week: nobody will miss it.').waitFor();
    await panel.getByLabel('What you found').fill('The ward misses it already.');
    await panel.getByRole('button', { name: 'Record the review' }).click();
    await panel.getByRole('listitem').getByText('The ward misses it already.').waitFor(SLOW);
    await sound(page, 'decision');
    await panel.getByRole('link', { name: 'Take it back…' }).click();
    await page.getByRole('heading', { level: 1, name: 'New proposal' }).waitFor();
    await page.getByLabel('Differences').getByText('physicians', { exact: true }).waitFor(SLOW);
    await page.getByLabel('Title').fill('Physicians search again');
    await page.getByLabel('Reason').fill('The wards need it.');
    await sound(page, 'rollback');
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByRole('button', { name: 'Put it to the vote…' }).click(SLOW);
    await page.getByRole('dialog').getByRole('button', { name: 'Put it to the vote' }).click();
    await page.getByRole('form', { name: 'Your vote' }).getByRole('button', { name: 'Vote' }).click(SLOW);
    await page.getByText('You voted yes').waitFor(SLOW);
    const key = page.url().split('/').at(-1) ?? '';
    await asPerson(MEMBER, `governance/proposals/${key}/vote`, 'PUT', { choice: 'yes' });
    await page.reload();
    await page.getByRole('button', { name: 'End the vote…' }).click(SLOW);
    await page.getByRole('dialog').getByRole('button', { name: 'End the vote' }).click();
    await page.getByRole('status').getByText('Passed').waitFor(SLOW);
    expect(await inForce()).toBe(before);
    expect(trouble).toEqual([]);
  });

  it('proposes a change of seats, draws it up again, and takes it back', async () => {
    const { page, trouble } = await enter(browser, CHAIR, 'decisions/bodies');
    await page.getByRole('link', { name: 'Propose a change…' }).click();
    await page.getByLabel('Title').fill('Phil speaks for the administration');
    await page.getByLabel('Reason').fill('The seat was never given.');
    await page.getByRole('button', { name: `End the seat of ${MEMBER}` }).click();
    await page.getByText('Give a seat', { exact: true }).click();
    await page.getByLabel('Sign-in name').fill(PHYSICIAN);
    await page.getByRole('button', { name: 'Add', exact: true }).first().click();
    await sound(page, 'editor-body');
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page
      .getByRole('alert')
      .getByText(/may not govern/)
      .waitFor(SLOW);
    await page.getByRole('button', { name: `Remove the new seat of ${PHYSICIAN}` }).click();
    await page.getByRole('button', { name: `Keep the seat of ${MEMBER}` }).click();
    await page.getByLabel('Charter', { exact: true }).fill('It decides on policies, in the open.');
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByText('+ It decides on policies, in the open.').waitFor(SLOW);
    await sound(page, 'proposal-body');
    await page.getByRole('link', { name: 'Change the draft…' }).click();
    await page.getByLabel('Title').fill('A shorter charter');
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByRole('heading', { level: 1, name: 'A shorter charter' }).waitFor(SLOW);
    await page.getByRole('button', { name: 'Withdraw…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw it' }).click();
    await page.getByRole('status').getByText('Withdrawn').waitFor(SLOW);
    expect(trouble).toEqual([]);
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('fits a %s, in the light theme too', async (name, viewport) => {
    const { page, trouble } = await open(browser, `${url}/#/governance`, viewport);
    await page.evaluate(() => {
      localStorage.setItem('sixfold.scheme', 'light');
    });
    await page.reload();
    await signInAs(page, CHAIR);
    for (const path of ['', 'bodies', 'log', 'new', `proposals/${proposal}`]) {
      await page.goto(`${url}/#/governance/decisions/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(1_000);
      await sound(page, `${name}-${path.split('/')[0] ?? ''}`);
      if (viewport === PHONE) expect(await misfits(page), path).toEqual([]);
      await page
        .getByRole('table')
        .last()
        .scrollIntoViewIfNeeded({ timeout: 500 })
        .catch(() => null);
      await shot(page, `${name}-${path.split('/')[0] ?? ''}-end`);
    }
    expect(trouble).toEqual([]);
  });
});
