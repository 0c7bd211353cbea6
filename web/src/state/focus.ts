/** Moves to a heading of the page without touching the address, which names the page. */
import { tick } from 'svelte';

export async function goTo(id: string): Promise<void> {
    await tick();
    const heading = document.getElementById(id);
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
}
