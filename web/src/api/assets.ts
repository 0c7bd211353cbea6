/** The register of assets of a project, or of the whole town where no project is named. */
import type { Assets } from '../model/assets';
import { fetchJson, sendJson } from './client';

const addressOf = (project: string) =>
    project ? `/musubi/v1/projects/${encodeURIComponent(project)}/assets` : '/musubi/v1/assets';

/** Fails: Problem 403 for who may not see it. */
export const fetchAssets = (project: string) => fetchJson<Assets>(addressOf(project));
/** Fails: Problem 400 whose `place` is assets:LINE. */
export const putAssets = (project: string, text: string) =>
    sendJson<null>('PUT', addressOf(project), { text });
