/** What is asked of the server by a part of the page, and what is done there. */
import { problemWords } from './problems';

/** An answer that is waited for, there, or missing with the reason. */
export class Remote<T> {
    value = $state.raw<T | null>(null);
    problem = $state('');
    private asked = 0;

    /** `explain` puts a refusal into words. */
    constructor(private readonly explain: (error: unknown) => string = problemWords) {}

    /** Of two questions the later one's answer stands. What is shown stays until then. */
    async load(question: () => Promise<T>): Promise<void> {
        const asked = ++this.asked;
        this.problem = '';
        try {
            const value = await question();
            if (asked === this.asked) this.value = value;
        } catch (error) {
            if (asked === this.asked) this.problem = this.explain(error);
        }
    }

    forget(): void {
        this.asked += 1;
        this.value = null;
        this.problem = '';
    }
}

/** Something that a person does with a button: once at a time, and what came of it. */
export class Deed {
    busy = $state(false);
    problem = $state('');
    done = $state('');

    /** True where it was done; `words` is then said. `explain` puts a refusal into words. */
    async run(
        act: () => Promise<void>,
        words = '',
        explain: (error: unknown) => string = problemWords,
    ): Promise<boolean> {
        if (this.busy) return false;
        this.busy = true;
        this.problem = this.done = '';
        try {
            await act();
            this.done = words;
            return true;
        } catch (error) {
            this.problem = explain(error);
            return false;
        } finally {
            this.busy = false;
        }
    }
}
