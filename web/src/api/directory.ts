/** People, their roles and the invitations that are open, for who answers for them: docs/people.md. */
import { fetchJson, sendJson } from './client';
import type { Invitation, InvitedTo } from './invitations';
import type { Grant } from './people';
import type { Words } from './types';

export interface Organisation {
    id: string;
    name: Words;
}

/** As it is sent. */
export interface OrganisationName {
    ja: string;
    en?: string;
}

export interface Person {
    id: string;
    name: string;
    displayName: string;
    organisation: Organisation | null;
    disabled: boolean;
    createdAt: string;
    grants: Grant[];
}

export interface OpenInvitation extends Invitation {
    organisation: Organisation | null;
    givenBy: string;
    givenAt: string;
}

/** With its code, which is told this once. */
export interface MadeInvitation extends OpenInvitation {
    code: string;
    link: string;
}

/** A role to be given, in the tenant of who gives it. */
export type NewGrant = Omit<InvitedTo, 'tenant'>;

export interface NewInvitation {
    displayName?: string;
    organisation?: string;
    grants: NewGrant[];
}

const kPeople = '/musubi/v1/people';
const kInvitations = '/musubi/v1/invitations';
const kOrganisations = '/musubi/v1/organisations';
const personAt = (id: string) => `${kPeople}/${encodeURIComponent(id)}`;
const organisationAt = (id: string) => `${kOrganisations}/${encodeURIComponent(id)}`;

export const fetchPeople = () => fetchJson<Person[]>(kPeople);
export const fetchPerson = (id: string) => fetchJson<Person>(personAt(id));
export const fetchOrganisations = () => fetchJson<Organisation[]>(kOrganisations);
/** Without English its name is the Japanese one there too. */
export const makeOrganisation = (name: OrganisationName) =>
    sendJson<Organisation>('POST', kOrganisations, { name });
export const renameOrganisation = (id: string, name: OrganisationName) =>
    sendJson<null>('PUT', organisationAt(id), { name });
export const removeOrganisation = (id: string) => sendJson<null>('DELETE', organisationAt(id));
/** Null: to none. */
export const setOrganisation = (id: string, organisation: string | null) =>
    sendJson<null>('PATCH', personAt(id), { organisation });
export const fetchInvitations = () => fetchJson<OpenInvitation[]>(kInvitations);
export const invite = (body: NewInvitation) =>
    sendJson<MadeInvitation>('POST', kInvitations, body);
export const takeBack = (id: string) =>
    sendJson<null>('DELETE', `${kInvitations}/${encodeURIComponent(id)}`);
export const setDisabled = (id: string, disabled: boolean) =>
    sendJson<null>('PATCH', personAt(id), { disabled });
export const giveRole = (id: string, grant: NewGrant) =>
    sendJson<{ id: string }>('POST', `${personAt(id)}/grants`, grant);
export const takeRole = (id: string, grant: string) =>
    sendJson<null>('DELETE', `${personAt(id)}/grants/${encodeURIComponent(grant)}`);
export const renew = (id: string) =>
    sendJson<MadeInvitation>('POST', `${personAt(id)}/renewal`);
