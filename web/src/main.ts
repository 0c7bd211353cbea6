import '@digital-go-jp/design-tokens/dist/tokens.css';
import './styles/base.css';
import './styles/print.css';
import { mount } from 'svelte';
import { takeKeyFromAddress } from './api/key';
import App from './App.svelte';
import { currentPage } from './state/address.svelte';
import { connect } from './state/connection';
import { takeInvitationFromAddress } from './state/invitation.svelte';
import { takeOpenIdFromAddress } from './state/openid.svelte';
import { loadMap } from './state/parts';

takeKeyFromAddress();
takeInvitationFromAddress();
takeOpenIdFromAddress();
addEventListener('hashchange', takeInvitationFromAddress);
// What has to be waited for is asked for before the page is built.
void connect();
if (currentPage() === 'town') void loadMap().catch(() => undefined);
mount(App, { target: document.getElementById('app')! });
