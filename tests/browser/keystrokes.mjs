// How long a person would take for what a test does: the keystroke-level model (Card, Moran, Newell 1980, "The keystroke-level
// model for user performance time with interactive systems", CACM 23(7), 396-410), from what was really typed, pressed and shown.

/** Seconds of each operator. K is not the 0.28 s of an average non-secretary: a hand that types little. */
const kSeconds = { key: 0.5, point: 1.1, click: 0.2, home: 0.4, decide: 1.35 };
/** Presses for a character that is converted from kana, with choosing what it becomes. */
const kKeysOfConverted = 2.5;
/** Japanese characters that are read in a minute. */
const kReadAMinute = 400;

/** Makes the page note from now on what is done in it, and how many characters each step showed that no step before it had:
    each line counts once, with all that its lists offer. For `setUp` of openPage. */
export const noteDeeds = (page) =>
    page.addInitScript(() => {
        const noted = { deeds: [], shown: {} };
        globalThis.notedDeeds = noted;
        const read = new Set();
        let typing = null;
        const isTyped = (it) =>
            it.matches('textarea, input:not([type=checkbox], [type=radio], [type=file])');
        const look = () => {
            const form = document.querySelector('form[data-step]');
            if (!form) return;
            const { step } = form.dataset;
            noted.shown[step] ??= 0;
            // What stands around every page of the console is no part of the step.
            for (const line of form.closest('.part').innerText.split('\n')) {
                const words = line.replace(/\s/g, '');
                if (!words || read.has(words)) continue;
                read.add(words);
                noted.shown[step] += [...words].length;
            }
        };
        const note = (kind) => noted.deeds.push({ kind });
        addEventListener(
            'input',
            ({ target }) => {
                if (!isTyped(target)) return;
                if (typing?.target !== target) {
                    note('type');
                    typing = { target, deed: noted.deeds.at(-1) };
                }
                typing.deed.text = target.value;
            },
            true,
        );
        addEventListener(
            'change',
            ({ target }) => {
                if (isTyped(target)) return;
                typing = null;
                note(target.matches('select') ? 'choose' : 'press');
            },
            true,
        );
        addEventListener(
            'click',
            ({ target }) => {
                if (!target.closest('button, a, summary')) return;
                if (target.closest('button.main')) look(); // as the step is left
                typing = null;
                note('press');
            },
            true,
        );
    });

/** Presses of keys for a text. */
const keysOf = (text) =>
    [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) < 0x80 ? 1 : kKeysOfConverted), 0);

/** What a person would take for it, in seconds, by what it is spent on. */
export async function timeOfDeeds(page) {
    const { deeds, shown } = await page.evaluate(() => globalThis.notedDeeds);
    const { key, point, click, home, decide } = kSeconds;
    const spent = { typing: 0, mouse: 0, hands: 0, deciding: 0, reading: 0 };
    let atKeys = false;
    for (const { kind, text = '' } of deeds) {
        spent.deciding += decide;
        spent.mouse += (point + click) * (kind === 'choose' ? 2 : 1);
        spent.hands += atKeys ? home : 0;
        atKeys = kind === 'type';
        if (!atKeys) continue;
        spent.hands += home;
        spent.typing += keysOf(text) * key;
    }
    const read = Object.values(shown).reduce((sum, size) => sum + size, 0);
    spent.reading = (read / kReadAMinute) * 60;
    const seconds = Object.values(spent).reduce((sum, one) => sum + one, 0);
    return { seconds, spent, deeds: deeds.length, read, steps: Object.keys(shown), shown };
}
