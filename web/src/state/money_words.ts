/** Years, months and lengths of a plan in words. */
import { fiscalYear, startOfDay } from '../model/text';
import { percentText, type MoneyFigures } from '../model/money';
import { isKey, language, t } from './language.svelte';

/** 令和9年度 / FY 2027 */
export const yearText = (year: number): string =>
    language() === 'ja' ? fiscalYear(startOfDay(`${year}-04-01`)) : t('portfolio.year', { year });

export const monthText = (month: string): string => {
    const [year, number] = month.split('-');
    return t('money.month', { year: year!, month: Number(number) });
};

/** 3年2か月 */
export function lengthText(months: number): string {
    const [years, rest] = [Math.floor(months / 12), months % 12];
    const words = [
        years || !rest ? (months === 0 ? '' : t('money.years', { count: years })) : '',
        rest || !years ? t('money.months', { count: rest }) : '',
    ];
    return words.filter(Boolean).join(language() === 'ja' ? '' : ' ');
}

export const kindText = (side: 'in' | 'out', kind: string): string => {
    const key = side === 'in' && kind === 'other' ? 'loop.flow.otherIn' : `loop.flow.${kind}`;
    return isKey(key) ? t(key) : kind;
};

export function ratesText(of: MoneyFigures): string {
    const { rates, ratesTouching, ratesComplete, nothingPutIn } = of;
    const all = [...rates, ...ratesTouching].sort((a, b) => a - b).map(percentText);
    if (nothingPutIn && all.length)
        return t('money.noReturn', { rates: all.join(t('projects.comma')) });
    const words = all.length ? all.join(t('projects.comma')) : t('money.noRate');
    return ratesComplete ? words : `${words} ${t('money.ratesMore')}`;
}

export function paybackText(of: MoneyFigures): string {
    if (of.neverBelow) return t('money.neverBelow');
    if (!of.payback) return t('money.notWithin');
    return of.paybackLasts
        ? monthText(of.payback)
        : t('money.paybackAgain', { month: monthText(of.payback) });
}
export const discountedText = (of: MoneyFigures): string =>
    of.neverBelow
        ? t('money.neverBelow')
        : of.discountedPayback
          ? monthText(of.discountedPayback)
          : t('money.notWithin');
export const breakEvenText = (of: MoneyFigures): string =>
    of.breakEven ? monthText(of.breakEven) : t('money.notWithin');
export const runwayText = (months: number | null): string =>
    months === null ? t('money.lasts') : lengthText(months);
