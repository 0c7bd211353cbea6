/** Who belongs where, and which roles are lent. */
import type { Organisation, Person } from '../api/directory';
import type { Grant } from '../api/people';
import { dayOf } from './measures';
import { endOfDay } from './text';

/** How many of `people` belong to each organisation, by its id. */
export function membersOf(people: Pick<Person, 'organisation'>[]): Map<string, number> {
    const count = new Map<string, number>();
    for (const { organisation } of people) {
        if (organisation) count.set(organisation.id, (count.get(organisation.id) ?? 0) + 1);
    }
    return count;
}

/** Those of `known`, and the one that somebody belongs to though it is not among them. */
export const choicesOf = (known: Organisation[], own: Organisation | null): Organisation[] =>
    own && !known.some(({ id }) => id === own.id) ? [...known, own] : known;

/** What can be lent: one's own roles that hold. What a resident may is nobody's to lend. */
export const lendable = (grants: Grant[]): Grant[] =>
    grants.filter((one) => one.holds && one.lentBy === undefined && one.role !== 'citizen');

/** What others lent. */
export const borrowed = (grants: Grant[]): Grant[] =>
    grants.filter((one) => one.lentBy !== undefined);

/**
 * When a loan ends whose last day is `day`: with that day in Japan, or with the role that is lent where
 * that ends on the same day. Nothing is lent for longer than one has it.
 */
export function loanEnd(day: string, roleEnds?: string): string {
    const end = endOfDay(day);
    const own = roleEnds === undefined ? end : Date.parse(roleEnds);
    return new Date(dayOf(own) === day ? Math.min(own, end) : end).toISOString();
}
