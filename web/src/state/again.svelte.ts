/** What needs a sign-in of the last minutes: the page asks to sign in again, and goes on with it. */
import { Problem } from '../api/client';

/** Where the server sends who has to sign in again. */
const kSession = '/musubi/v1/session';

class Again {
    asked = $state(false);
    private told: ((done: boolean) => void) | null = null;

    ask(): Promise<boolean> {
        this.told?.(false);
        this.asked = true;
        return new Promise((resolve) => (this.told = resolve));
    }
    /** `done`: they have signed in again; else they gave up. */
    answer(done: boolean): void {
        this.asked = false;
        this.told?.(done);
        this.told = null;
    }
}
export const again = new Again();

export function isNotFresh(error: unknown): boolean {
    return error instanceof Problem && error.status === 403 && error.place === kSession;
}

/** Does it; where the sign-in is too old for it, once more after another one. Fails: as `act`. */
export async function freshly<T>(act: () => Promise<T>): Promise<T> {
    try {
        return await act();
    } catch (error) {
        if (!isNotFresh(error) || !(await again.ask())) throw error;
        return act();
    }
}
