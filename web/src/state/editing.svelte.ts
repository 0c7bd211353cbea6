/** One thing of a project being written: what is typed, what is wrong in it, what others did meanwhile. */
import { Problem } from '../api/client';
import { fetchProject, fetchThing, writeLoop } from '../api/loop';
import type { LoopThing, Stage, StagePromise } from '../model/loop';
import {
    changedIn,
    formLacks,
    formPlace,
    membersBeside,
    merged,
    same,
    sentOf,
    typedOf,
    type FormLacks,
    type RowEach,
    type TypedRow,
    type TypedThing,
    type TypedValue,
} from '../model/loop_form';
import { kPromised } from '../model/promises';
import type { LoopKind, Schema } from '../model/loop_schema';
import { kEditDraft } from './drafts';
import { say, t } from './language.svelte';
import { recall, remember } from './memory';
import { choice, choiceWords, loopProblem } from './projects.svelte';
import { ifThere } from './project_view';
import { Deed, Remote } from './remote.svelte';

export interface EditOf {
    kind: LoopKind;
    /** With what its choices are among. */
    schema: Schema;
    /** Null: it is new. */
    slug: string | null;
    /** The name of a new one, by what was typed. */
    name?: (typed: TypedThing) => string;
    /** Apart from other new ones of its kind. */
    draft?: string;
    /** Which members the form asks for, in order. */
    names: string[];
    /** Not asked for, as the rest stands; then it is not kept either. */
    hides?: (name: string, typed: TypedThing) => boolean;
    /** What a new one begins with. */
    begin?: Record<string, unknown>;
    /** What nobody is asked for. */
    fixed?: Record<string, unknown>;
    /** Members without which it is not taken, beside those of the schema. */
    needs?: string[];
    each?: RowEach;
    /** What else it lacks, that its schema can't say. */
    also?: (typed: TypedThing) => FormLacks;
    /** The words of choices that the catalogue does not have, by place and word. */
    words?: Record<string, Record<string, string>>;
    /** A refusal in words of the page. */
    reword?: (words: string) => string;
    /** The project that names the new thing, under this member. */
    link?: { project: string; member: 'ofIssue' | 'ofLogicModel'; schema: Schema };
}

interface Kept {
    base: LoopThing | null;
    typed: TypedThing;
    why: string;
}
function readKept(text: string | null): Kept | null {
    try {
        return JSON.parse(text ?? '') as Kept;
    } catch {
        return null;
    }
}

export class Editing {
    typed = $state<TypedThing>({});
    why = $state('');
    /** By place: what is wrong there, in words. */
    problems = $state<Record<string, string>>({});
    /** What it was when it was read last; null: it is new. */
    base = $state.raw<LoopThing | null>(null);
    /** Members that somebody else changed meanwhile, and that now stand as they say. */
    taken = $state.raw<string[]>([]);
    /** Words of an earlier visit stand in the form. */
    restored = $state(false);
    /** What is worth knowing of what was written. */
    notes: string[] = [];
    readonly deed = new Deed();
    readonly opened = new Remote<true>(loopProblem);
    private start = $state.raw<TypedThing>({});
    /** Whether the last refusal was for what it is by now. */
    private behind: 'no' | 'perhaps' | 'changed' = 'no';

    constructor(readonly of: EditOf) {}

    readonly names = $derived.by(() =>
        this.of.names.filter((name) => !this.of.hides?.(name, this.typed)),
    );
    readonly unsaved = $derived.by(
        () => changedIn(this.start, this.typed).length > 0 || Boolean(this.why),
    );
    /** What would be sent now. */
    readonly members = $derived.by<Record<string, unknown>>(() => {
        const { schema, fixed, each, names } = this.of;
        const beside = membersBeside(schema, names, this.base);
        return { ...beside, ...fixed, ...sentOf(schema, this.names, this.typed, each) };
    });
    /** Members that are locked, and would say something else than now. */
    readonly moved = $derived.by<(keyof StagePromise)[]>(() => {
        const stage = this.base as Stage | null;
        if (this.of.kind.type !== 'Stage' || !stage?.lockedAt) return [];
        return kPromised.filter((name) => !same(stage[name], this.members[name]));
    });

    private get draftName(): string {
        return `${kEditDraft}${this.of.kind.type}/${this.of.slug ?? ''}/${this.of.draft ?? ''}`;
    }
    private formOf(thing: object | null): TypedThing {
        const { schema, begin, each } = this.of;
        return typedOf(schema, thing ?? begin, each);
    }

    open = () =>
        this.opened.load(async () => {
            const { slug, kind } = this.of;
            const now = slug ? await fetchThing(kind.path, slug) : null;
            this.base = now;
            this.start = this.formOf(now);
            this.typed = this.formOf(now);
            this.restore(now);
            return true as const;
        });

    private restore(now: LoopThing | null): void {
        const kept = readKept(recall(this.draftName, 'window'));
        if (!kept) return;
        this.typed = kept.typed;
        this.why = kept.why;
        this.restored = true;
        if (kept.base && now && kept.base.revision !== now.revision) {
            this.start = this.formOf(kept.base);
            this.lay(now);
        }
    }
    /** Called whenever something was typed. */
    keep(): void {
        const kept: Kept = { base: this.base, typed: this.typed, why: this.why };
        remember(this.draftName, this.unsaved ? JSON.stringify(kept) : null, 'window');
    }
    discard(): void {
        this.typed = structuredClone(this.start);
        this.why = '';
        this.problems = {};
        this.restored = false;
        remember(this.draftName, null, 'window');
    }

    /** What was typed, over what it is by now. */
    private lay(now: LoopThing): void {
        const theirs = this.formOf(now);
        const made = merged(this.start, $state.snapshot(this.typed) as TypedThing, theirs);
        this.base = now;
        this.start = theirs;
        this.typed = structuredClone(made.typed);
        this.taken = made.taken;
        const { type } = this.of.kind;
        this.problems = Object.fromEntries(
            made.both.map((name) => [
                `${type}/${name}`,
                t('edit.both', { theirs: this.told(name, theirs[name]) }),
            ]),
        );
    }

    /** What was typed of a member, in one line. */
    private told(name: string, value: TypedValue | undefined): string {
        const place = `${this.of.kind.type}/${name}`;
        const one = (at: string, part: string) =>
            this.of.words?.[at]?.[part] ?? choice(choiceWords(at), part);
        const all = (at: string, part: string | string[]) =>
            (Array.isArray(part) ? part : [part]).map((word) => one(at, word));
        const row = (part: TypedRow) =>
            Object.entries(part).flatMap(([member, typed]) => all(`${place}/${member}`, typed));
        const said = Array.isArray(value)
            ? value.flatMap((part) =>
                  typeof part === 'string'
                      ? all(place, part)
                      : row(part).filter(Boolean).join(' '),
              )
            : all(place, value ?? '');
        const words = said.filter(Boolean).join(t('projects.comma'));
        return words || t('stage.nothing');
    }

    private lacking(): boolean {
        const { kind, schema, needs, each } = this.of;
        const lacks = {
            ...formLacks({ type: kind.type, schema }, this.names, this.typed, { needs, each }),
            ...this.of.also?.(this.typed),
        };
        this.problems = Object.fromEntries(
            Object.entries(lacks).map(([place, lack]) => [place, choice('lack', lack)]),
        );
        if (this.moved.length && !this.why.trim()) this.problems['why'] = t('edit.whyMissing');
        return Object.keys(this.problems).length > 0;
    }

    /** True where it was written. Else `problems` or the deed say why not. */
    async send(): Promise<boolean> {
        this.deed.problem = '';
        this.taken = [];
        if (this.lacking()) return false;
        const slug = this.of.slug ?? this.of.name?.(this.typed) ?? '';
        const explain = (error: unknown) => this.explain(error, slug);
        const done = await this.deed.run(() => this.write(slug), '', explain);
        if (done) remember(this.draftName, null, 'window');
        else await this.catchUp();
        return done;
    }

    private async write(slug: string): Promise<void> {
        this.behind = 'no';
        const { kind, link } = this.of;
        const id = `urn:ngsi-ld:${kind.type}:${slug}`;
        const document: Record<string, unknown> = { [kind.type]: { [slug]: this.members } };
        const revisions: Record<string, string> = { [id]: this.base?.revision ?? '' };
        if (link) {
            const project = await fetchProject(link.project);
            const beside = membersBeside(link.schema, [link.member], project);
            document.Project = { [project.slug]: { ...beside, [link.member]: id } };
            revisions[project.id] = project.revision ?? '';
        }
        if (this.moved.length) document.why = this.why.trim();
        const { notes } = await writeLoop({ ...document, revisions });
        this.notes = (notes ?? []).map(say);
    }

    /** A refusal goes to the field that it is about. */
    private explain(error: unknown, slug: string): string {
        const said = loopProblem(error);
        const words = this.of.reword?.(said) ?? said;
        if (!(error instanceof Problem)) return words;
        const isChanged = error.place.endsWith('/revision');
        this.behind = isChanged ? 'changed' : error.status === 409 ? 'perhaps' : 'no';
        const { kind, each } = this.of;
        const place = formPlace(error.place, { type: kind.type, slug }, this.typed, each);
        if (!place || !this.names.includes(place.split('/')[1] ?? '')) return words;
        this.problems = { [place]: words };
        return t('setup.refused', { words });
    }

    /** After a refusal for what it is by now: that is read, and what was typed laid over it. */
    private async catchUp(): Promise<void> {
        const { slug, kind } = this.of;
        if (this.behind === 'no' || !slug) return;
        const now = await ifThere(fetchThing(kind.path, slug)).catch(() => null);
        if (!now) return;
        if (now.revision !== this.base?.revision) {
            this.deed.problem = t('edit.behind');
            this.lay(now);
            return;
        }
        // The same to us, another to the server: the present role sees a part of it alone.
        if (this.behind === 'changed') this.deed.problem = t('edit.partial');
        this.base = now;
    }
}
