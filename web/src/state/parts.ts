/** The heavy parts of the page, which come after its words and numbers. Each rejects when it cannot be fetched. */

export const loadMap = () => import('../map/map');
export const loadData = () => import('../components/DataPage.svelte');
export const loadDevelopers = () => import('../components/developers/DevelopersPage.svelte');
export const loadSettings = () => import('../components/settings/SettingsPage.svelte');
export const loadMine = () => import('../components/mine/MinePage.svelte');
export const loadProjects = () => import('../components/projects/ProjectsPage.svelte');
export const loadHeartbeats = () => import('../components/care/HeartbeatsPage.svelte');
export const loadInvitation = () => import('../components/InvitationDialog.svelte');
export const loadOpenIdNotice = () => import('../components/OpenIdNotice.svelte');
export const loadChart = () => import('../components/LevelChart.svelte');
