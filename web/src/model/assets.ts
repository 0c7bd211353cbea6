/** The register of what a town's base stands on, as the server computes it. Amounts in 千円. */
export interface RegisterAsset {
    name: string;
    kind: string;
    count: number;
    bought: number;
    age: number;
    life: number;
    pastLife: boolean;
    /** Of all of them, as bought. */
    price: number;
    yearlyCost: number;
    /** With the price spread over the life. */
    wholeYear: number;
    assetBy: string;
    operationBy: string;
    dataBy: string;
    riskBy: string;
    /** Of the text, where it begins. */
    line: number;
}
export interface AssetRefresh {
    fiscalYear: number;
    cost: number;
    assets: string[];
}
export interface AssetDepartment {
    name: string;
    shareOfCost: number;
    pays: number;
    otherwise: number;
    lines: number[];
}
export interface AssetFigures {
    register: string;
    example: boolean;
    fiscalYear: number;
    assets: RegisterAsset[];
    pastLife: string[];
    refresh: AssetRefresh[];
    departments: AssetDepartment[];
    price: number;
    running: number;
    wholeYear: number;
    paid: number;
    leastSubsidy: number;
    otherwise: number;
    unshared: number;
}
/** Without figures there is no register: the text is empty. */
export interface Assets {
    text: string;
    figures?: AssetFigures;
}

/** Where a line of a text begins and ends; lines are counted from 1. */
export function lineSpan(text: string, line: number): { start: number; end: number } {
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    return { start, end: start + (lines[line - 1]?.length ?? 0) };
}
