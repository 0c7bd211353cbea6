/** Rounds of reviews. */
import type { ReviewScore, Round, RoundScores } from '../model/rounds';
import { fetchJson, sendJson } from './client';
import type { LoopList } from './loop';

const kRounds = '/musubi/v1/loop/rounds';
const named = (name: string) => encodeURIComponent(name);
const pointsOf = (name: string) => `/musubi/v1/rounds/${named(name)}/scores`;

export const fetchRounds = async () => (await fetchJson<LoopList<Round>>(kRounds)).items;
export const fetchRound = (name: string) => fetchJson<Round>(`${kRounds}/${named(name)}`);
/** Fails: Problem 400 at a member, 409 once points were given. */
export const putRound = (name: string, members: object) =>
    sendJson<unknown>('PUT', `${kRounds}/${named(name)}`, members);
/** Of an open round one's own points, of a closed one all. */
export const fetchScores = async (name: string): Promise<RoundScores> => {
    const told = await fetchJson<RoundScores>(pointsOf(name));
    const reviewers = told.reviewers.map((one) => ({ ...one, own: one.reviewer === told.you }));
    return { ...told, reviewers };
};
export const putScores = (name: string, scores: ReviewScore[]) =>
    sendJson<null>('PUT', pointsOf(name), { scores });
/** Fails: Problem 409 while a candidate has no points. */
export const closeRound = (name: string) =>
    sendJson<Round>('POST', `/musubi/v1/rounds/${named(name)}/close`);
