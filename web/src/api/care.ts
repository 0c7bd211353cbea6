/** Tasks of a project, what threatens it, what it takes to hand it over, and how projects are after their grants. */
import type { Diagnosis, Heartbeats, Kit, Task } from '../model/care';
import { fetchJson, fetchWithNext, sendJson } from './client';
import type { LoopList } from './loop';

const named = (name: string) => encodeURIComponent(name);

export const fetchTasks = async (project: string): Promise<Task[]> =>
    (await fetchJson<LoopList<Task>>(`/musubi/v1/tasks?${new URLSearchParams({ project })}`)).items;
/** Fails: Problem 409 while no later value is there. */
export const closeTask = (task: string, words: string) =>
    sendJson<Task>('POST', `/musubi/v1/tasks/${named(task)}/close`, { words });
export const assignTask = (task: string, owner: string, due: string) =>
    sendJson<Task>('POST', `/musubi/v1/tasks/${named(task)}/assign`, { owner, due });

export const fetchDiagnosis = (project: string) =>
    fetchJson<Diagnosis>(`/musubi/v1/projects/${named(project)}/diagnosis`);
/** As one file, to the byte. */
export const fetchProjectExport = async (project: string) =>
    (await fetchWithNext<string>(`/musubi/v1/projects/${named(project)}/export`, (text) => text)).value;
export const fetchKit = (project: string) =>
    fetchJson<Kit>(`/musubi/v1/projects/${named(project)}/kit`);

/** Without a key too; `all` for who reads in the town: those whose grant is not over as well. */
export const fetchHeartbeats = (all: boolean) =>
    fetchJson<Heartbeats>(`/musubi/v1/heartbeats${all ? '?all=true' : ''}`);
