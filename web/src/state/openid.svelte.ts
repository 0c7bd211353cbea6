/** What a sign-in at a provider came to, where there is something to say: `#openid=…` in the address. */
import { fetchProviders, type Provider } from '../api/openid';

const kSignOut = 'musubi.providerSignOut';

class Back {
    /** The server's word for it; null: there is nothing to say. */
    word = $state<string | null>(null);
    provider = '';
    /** Where one signs out at the provider as well; empty: nowhere. */
    signOut = '';
}
export const back = new Back();

/** The providers that there are; none where they can not be asked for. */
class Providers {
    all = $state.raw<Provider[]>([]);
    private asked = false;
    async ask(): Promise<void> {
        if (this.asked) return;
        this.asked = true;
        try {
            this.all = await fetchProviders();
        } catch {
            this.asked = false;
        }
    }
}
export const providers = new Providers();

function stored(act: (storage: Storage) => string | null | void): string {
    try {
        return act(sessionStorage) ?? '';
    } catch {
        return '';
    }
}

/** Before the page is loaded anew: where to sign out at the provider as well. */
export function rememberSignOut(url: string): void {
    stored((storage) => storage.setItem(kSignOut, url));
}

/** Nothing of it stays in the address bar or in the history's entry. */
export function takeOpenIdFromAddress(): void {
    const url = stored((storage) => storage.getItem(kSignOut));
    if (/^https?:\/\//.test(url)) {
        stored((storage) => storage.removeItem(kSignOut));
        back.signOut = url;
        back.word = 'signed-out';
    }
    const match = /^#openid=([a-z-]{1,20})(?:&provider=([a-z0-9-]{0,40}))?$/.exec(location.hash);
    if (!match) return;
    history.replaceState(null, '', location.pathname + location.search);
    back.provider = match[2] ?? '';
    back.word = match[1]!;
}
