/** The words of tasks, the diagnosis, money, what comes after a grant, cases and towns, which come with those pages. */
import './project_words';
import en from '../strings/care.en.json';
import ja from '../strings/care.ja.json';
import { addWords } from './language.svelte';

addWords({ ja, en });
