/** The money plan of a project and what it comes to. */
import type { Money } from '../model/money';
import { fetchJson, fetchWithNext, sendJson } from './client';

const addressOf = (project: string, of: string) =>
    `/musubi/v1/projects/${encodeURIComponent(project)}/${of}`;

/** Fails: Problem 404 where there is no plan, 403 for who may not see it. */
export const fetchMoney = (project: string, alternative: string) =>
    fetchJson<Money>(
        `${addressOf(project, 'money')}${alternative ? `?${new URLSearchParams({ alternative })}` : ''}`,
    );
/** Fails: Problem 400 whose `place` is money:LINE. */
export const putMoney = (project: string, text: string) =>
    sendJson<null>('PUT', addressOf(project, 'money'), { text });
/** A page that prints. */
export const budgetAddress = (project: string, language: string) =>
    `${addressOf(project, 'budget')}?lang=${language}`;
export const budgetCsvAddress = (project: string, language: string) =>
    `${budgetAddress(project, language)}&format=csv`;
/** What stands at one of these, to the byte. */
export const fetchBudget = async (address: string) =>
    (await fetchWithNext<string>(address, (text) => text)).value;
