/** Towns that are like one, by its code or its name. */
import type { TownsAlike } from '../model/towns';
import { fetchJson } from './client';

/** Fails: Problem 404 where there is no such town, 400 where several are called so. */
export const fetchTownsAlike = (town: string, method: string, count: number) =>
    fetchJson<TownsAlike>(
        `/musubi/v1/towns/${encodeURIComponent(town)}/like?${new URLSearchParams({ method, count: String(count) })}`,
    );
