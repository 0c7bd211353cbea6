/** Which of the open alerts are shown: a count in the summary opens to those it counts. */
import { markOf, type Alert, type AlertMark } from '../model/alerts';

export interface Choice {
    /** Of this mark, or else those that nobody has. */
    mark?: { kind: AlertMark; level: number | null };
    /** What they are, in words. */
    words: string;
}

class Chosen {
    choice = $state.raw<Choice | null>(null);
}

export const chosen = new Chosen();

export function isChosen(alert: Alert, { mark }: Choice): boolean {
    return mark
        ? markOf(alert) === mark.kind && alert.level === mark.level
        : alert.status === 'open';
}
