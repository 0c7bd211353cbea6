/** What the server said was worth knowing when a stage was entered here, until the page is left. */
import type { Words } from '../api/types';

class EntryNotes {
    private notes = $state.raw<Record<string, Words[]>>({});

    /** `stage`: its slug. */
    add(stage: string, said: Words[]): void {
        this.notes = { ...this.notes, [stage]: said };
    }
    of(stage: string): Words[] {
        return this.notes[stage] ?? [];
    }
}

export const entryNotes = new EntryNotes();
