// The parts of the app by their address, with their integrity.
const known = KNOWN;
const ask = (url) => fetch(url, { integrity: known[url] });
// Where the address shows that parts are needed, they are asked for beside the first one and not after it.
const early = new Map();
if (location.pathname !== "/") {
    for (const url of Object.keys(known)) {
        if (location.pathname === "/join" && url.startsWith("/PAGES")) continue;
        const response = ask(url);
        response.catch(() => {});
        early.set(url, response);
    }
}
function part(url) {
    const response = early.get(url) ?? ask(url);
    early.delete(url);
    return response;
}
