/** Who is behind `key:…` and `person:…`: the names that the present role may know. */
import { fetchJson } from '../api/client';
import { t } from './language.svelte';
import { town } from './town.svelte';

interface Key {
    id: string;
    label: string;
}

interface Known {
    id: string;
    displayName: string;
}

class Subjects {
    private names = $state.raw<Record<string, string>>({});
    private asked = false;

    /** Asks once; where it may not be known, the ids stand. */
    load(): void {
        if (this.asked || town.info?.role !== 'operator') return;
        this.asked = true;
        void fetchJson<Key[]>('/musubi/v1/keys').then(
            (keys) => this.add(keys.map(({ id, label }) => [`key:${id}`, label])),
            () => undefined,
        );
        void fetchJson<Known[]>('/musubi/v1/people').then(
            (people) =>
                this.add(people.map(({ id, displayName }) => [`person:${id}`, displayName])),
            () => undefined,
        );
    }

    add(names: [string, string][]): void {
        this.names = { ...this.names, ...Object.fromEntries(names.filter(([, name]) => name)) };
    }

    name(subject: string): string {
        if (subject === '') return t('subject.unknown');
        if (subject === 'open') return t('subject.open');
        if (subject.startsWith('service:'))
            return t('subject.service', { name: subject.slice('service:'.length) });
        return this.names[subject] ?? subject;
    }

    /** All whose names are known. */
    get all(): [string, string][] {
        return Object.entries(this.names);
    }
}

export const subjects = new Subjects();
