/** What the present role lets its holder do on the pages of the settings. The server decides; what it would refuse is not offered. */
import { currentKey } from '../api/key';
import { town } from './town.svelte';

const among = (...roles: string[]) => roles.includes(town.info?.role ?? '');

/** Reads policies, tries them, asks why. */
export const mayKnowWhy = () =>
    among('operator', 'data-owner', 'privacy-officer', 'auditor', 'independent-body');
/** Proposes, signs and withdraws policies. */
export const mayDecide = () => among('operator', 'data-owner', 'privacy-officer');
/** Halts a use, and lets it go on. */
export const mayHalt = () => among('independent-body');
/** Reads the journal. */
export const mayReadJournal = () =>
    among('operator', 'privacy-officer', 'auditor', 'independent-body');
/** Takes details out of the journal: a person, neither who operates nor who only looks. */
export const mayRedact = () => among('privacy-officer') && currentKey() === null;
/** Sees the people of the tenant and their roles. */
export const mayKnowPeople = mayKnowWhy;

/** Makes organisations, and says who belongs to which. */
export const mayOrganise = () => among('operator');

/** Makes and withdraws keys and machines; the independent body those of auditors. */
export const mayOperate = () => among('operator', 'independent-body');

const kBelowDataOwner = ['member', 'reviewer', 'reader', 'device', 'citizen'];
const kIndependent = ['auditor', 'independent-body'];
/** The roles that may be given: nobody gives more than they have. None: nobody is invited. */
export function rolesToGive(): string[] {
    switch (town.info?.role) {
        case 'operator':
            return ['operator', 'data-owner', 'privacy-officer', ...kIndependent, ...kBelowDataOwner];
        case 'data-owner':
            return kBelowDataOwner;
        case 'independent-body':
            return kIndependent;
        default:
            return [];
    }
}
/** The same for keys and machines: the independent body is people. */
export const rolesOfPrograms = () => rolesToGive().filter((role) => role !== 'independent-body');
/** Disables people and renews passwords. */
export const mayManagePeople = () => among('operator', 'independent-body');
