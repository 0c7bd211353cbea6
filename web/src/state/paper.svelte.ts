/** Whether the page is being put on paper, where nothing can be pressed and everything has to stand. */
import { flushSync } from 'svelte';

class Paper {
    printing = $state(false);
}

export const paper = new Paper();

addEventListener('beforeprint', () => flushSync(() => (paper.printing = true)));
addEventListener('afterprint', () => (paper.printing = false));
