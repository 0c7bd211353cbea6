/** The money plan of a project and what it comes to. */
import type { Money } from '../model/money';
import { fetchFile, fetchJson, Problem, sendJson } from './client';

const addressOf = (project: string, of: string) =>
    `/musubi/v1/projects/${encodeURIComponent(project)}/${of}`;

/** `alternative`: the first where none is named; `draws`: 0 for none. Null: there is no plan. Fails: Problem 403 for who may not see it. */
export async function fetchMoney(
    project: string,
    asked: { alternative?: string; draws?: string } = {},
): Promise<Money | null> {
    const query = String(
        new URLSearchParams(Object.entries(asked).filter(([, value]) => value)),
    );
    try {
        return await fetchJson<Money>(`${addressOf(project, 'money')}${query && `?${query}`}`);
    } catch (error) {
        if (error instanceof Problem && error.status === 404) return null;
        throw error;
    }
}
/** Fails: Problem 400 whose `place` is money:LINE. */
export const putMoney = (project: string, text: string) =>
    sendJson<null>('PUT', addressOf(project, 'money'), { text });
/** A page that prints. */
export const budgetAddress = (project: string, language: string) =>
    `${addressOf(project, 'budget')}?lang=${language}`;
/** The same as a file. */
export const budgetFileAddress = (project: string, language: string, format: 'csv' | 'xlsx') =>
    `${budgetAddress(project, language)}&format=${format}`;
/** What stands at one of these. */
export const fetchBudget = fetchFile;
