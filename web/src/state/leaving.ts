/** What is typed is not left by accident: the browser asks first, and Back closes a form before it leaves the page. */
import { go } from './address.svelte';

export interface Leaving {
    /** Whether there are words that would be lost from sight. */
    unsaved: () => boolean;
    /** Back was pressed with such words there. */
    ask: () => void;
    /** Back was pressed without. */
    close: () => void;
}

/** From when a form opens until the answer is called, when it closes. */
export function guardLeaving({ unsaved, ask, close }: Leaving): () => void {
    const here = location.href;
    const mark = () => history.pushState({ form: true }, '', here);
    mark();

    function unload(event: BeforeUnloadEvent) {
        if (unsaved()) event.preventDefault();
    }
    function back() {
        if (!unsaved()) return close();
        if (location.href === here) mark();
        else go(here);
        ask();
    }
    window.addEventListener('beforeunload', unload);
    window.addEventListener('popstate', back);
    return () => {
        window.removeEventListener('beforeunload', unload);
        window.removeEventListener('popstate', back);
        const state = history.state as { form?: boolean } | null;
        if (state?.form && location.href === here) history.back();
    };
}
