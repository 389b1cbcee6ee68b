import { describe, expect, it } from 'vitest';
import { launch, sound } from './support/browser';
import { CHAIR, enter, FOUNDER, MEMBER, person, PHYSICIAN, SLOW, token, url } from './support/house';

/**
 * Against a running server in which nobody has ever had a seat; it can be founded once:
 * SIXFOLD_URL=http://127.0.0.1:8080 SIXFOLD_TOKEN=sxf_... npm run e2e -- founding
 */
describe.skipIf(!url || !token)('a new house', () => {
  it('founds the house: policies by an administrator, a charter, and the first seats', async () => {
    const browser = await launch();
    await person(FOUNDER, 'administrator');
    for (const name of [CHAIR, MEMBER]) await person(name, 'committee');
    await person(PHYSICIAN, 'physician');
    const { page, trouble } = await enter(browser, FOUNDER, 'decisions/bodies');
    await page.getByText('The steering body cannot decide yet.').waitFor();
    await page.getByRole('link', { name: 'founding decision' }).click();
    await page.getByLabel('Title').fill('Members of bodies read the audit');
    await page.getByLabel('Reason').fill('Who decides on access has to see what came of it.');
    const area = page.getByRole('textbox', { name: 'Policies' });
    const rule = `permit (principal, action == Action::"audit", resource is House)\nwhen { principal.roles.contains("committee") };`;
    await area.fill(`${await area.inputValue()}\n@id("members-read-the-audit")\n${rule}\n`);
    await page.getByLabel('Differences').getByText('members-read-the-audit', { exact: true }).waitFor(SLOW);
    await sound(page, 'founding');
    await page.getByRole('button', { name: 'Put in force…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click();
    await page.getByRole('table', { name: 'Decisions' }).getByText('Founding decision').waitFor(SLOW);

    await page.getByRole('link', { name: 'Bodies' }).click();
    await page.getByRole('button', { name: 'Change the charter…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Administrative').fill('0');
    await sound(page, 'charter-dialog');
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.waitFor({ state: 'detached' });
    const giving = page.getByRole('form', { name: 'Give a seat' });
    await giving.getByLabel('Sign-in name').fill('nobody-of-that-name');
    await giving.getByRole('button', { name: 'Give the seat' }).click();
    await giving
      .getByRole('alert')
      .getByText(/nobody of the name/)
      .waitFor(SLOW);
    await giving.getByLabel('Sign-in name').fill(CHAIR);
    await giving.getByText('Chairs the body').click();
    await giving.getByRole('button', { name: 'Give the seat' }).click();
    await page.getByText(`${CHAIR} · chair`).waitFor(SLOW);
    await sound(page, 'bodies-founding');
    await giving.getByLabel('Sign-in name').fill(MEMBER);
    await giving.getByLabel('Class').selectOption('it');
    await giving.getByRole('button', { name: 'Give the seat' }).click();
    await page.getByText('It can decide.').waitFor(SLOW);
    await giving.waitFor({ state: 'detached' });
    await sound(page, 'bodies');
    expect(trouble).toEqual([]);
    await browser.close();
  });
});
