/** Server-sent events out of a stream of bytes (WHATWG HTML, 9.2.6). Pure but for the reading. */

export interface ServerEvent {
    event: string;
    data: string;
    id: string | null;
}

/** Feeds on pieces of text, cut anywhere, and gives whole events. */
export class EventParser {
    private rest = '';
    private event = '';
    private data: string[] = [];
    private id: string | null = null;

    push(piece: string): ServerEvent[] {
        const events: ServerEvent[] = [];
        const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
        this.rest = lines.pop()!;
        for (const line of lines) {
            const event = this.line(line);
            if (event) events.push(event);
        }
        return events;
    }

    private line(line: string): ServerEvent | null {
        if (line === '') {
            const event =
                this.data.length || this.event
                    ? { event: this.event || 'message', data: this.data.join('\n'), id: this.id }
                    : null;
            this.event = '';
            this.data = [];
            return event;
        }
        const colon = line.indexOf(':');
        if (colon === 0) return null;
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'event') this.event = value;
        else if (field === 'data') this.data.push(value);
        else if (field === 'id') this.id = value;
        return null;
    }
}
