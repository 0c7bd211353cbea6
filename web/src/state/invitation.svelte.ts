/** The invitation that somebody came with: by the link `#invitation=…`, or by a code on paper. */

class Coming {
    /** What the dialog begins with; empty: a code is to be typed; null: there is no dialog. */
    code = $state<string | null>(null);
}

export const coming = new Coming();

/** A code opens an account once: it leaves the address bar and the history's entry before anything else. */
export function takeInvitationFromAddress(): void {
    const match = /^#invitation=([^&]*)/.exec(location.hash);
    if (!match) return;
    history.replaceState(null, '', location.pathname + location.search);
    coming.code = match[1]!.slice(0, 100);
}
