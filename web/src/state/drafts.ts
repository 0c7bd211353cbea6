/** Names under which the browser keeps what is typed until it is sent. */
export const kPolicyDraft = 'musubi.draft.policies';
export const kDecisionDraft = 'musubi.draft.decision';
export const kProjectDraft = 'musubi.draft.project';
export const kTaskDraft = 'musubi.draft.task';
export const kMoneyDraft = 'musubi.draft.money';
export const kCaseDraft = 'musubi.draft.case';
export const kAssetsDraft = 'musubi.draft.assets';
export const kRoundDraft = 'musubi.draft.round';
export const kPointsDraft = 'musubi.draft.points';
/** Before the name of a thing of a project; kept in the window alone. */
export const kEditDraft = 'musubi.draft.edit.';
