import '@digital-go-jp/design-tokens/dist/tokens.css';
import './styles/base.css';
import './styles/print.css';
import { mount } from 'svelte';
import { takeKeyFromAddress } from './api/key';
import App from './App.svelte';
import { connect } from './state/connection';

takeKeyFromAddress();
mount(App, { target: document.getElementById('app')! });
void connect();
