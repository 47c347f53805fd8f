"use strict";
/* Passkeys: the browser makes one (create) or signs with one (get). The server gives the options, takes the answer and says where to go. */
(function () {
  const bytes = (text) => Uint8Array.from(window.atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => window.btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function send(button, answer) {
    const form = button.closest("form");
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    if (form.elements.namedItem("name")) body.append("name", form.elements.namedItem("name").value);
    if (answer) body.append("answer", JSON.stringify(answer));
    const response = await fetch(button.dataset.url, { method: "POST", body, credentials: "same-origin" });
    if (!response.ok) throw new Error(response.status < 500 ? await response.text() : "");
    return response;
  }

  function asked(options) {
    return { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
  }

  function wanted(options) {
    return { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: known(options.excludeCredentials) };
  }

  function told(credential) {
    const { response } = credential;
    const said = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      said.attestationObject = text(response.attestationObject);
      said.transports = response.getTransports ? response.getTransports() : [];
    } else {
      said.authenticatorData = text(response.authenticatorData);
      said.signature = text(response.signature);
      said.userHandle = response.userHandle ? text(response.userHandle) : null;
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said, clientExtensionResults: credential.getClientExtensionResults() };
  }

  async function onClick(event) {
    const button = event.target.closest("[data-passkey]");
    if (!button) return;
    const error = button.parentElement.querySelector("[data-passkey-error]");
    error.textContent = "";
    if (!window.PublicKeyCredential) {
      error.textContent = "这个浏览器不支持通行密钥，请用动态码";
      return;
    }
    button.disabled = true;
    try {
      const options = await (await send(button)).json();
      const is_new = button.dataset.passkey === "create";
      const credential = await (is_new ? navigator.credentials.create({ publicKey: wanted(options) }) : navigator.credentials.get({ publicKey: asked(options) }));
      const response = await send(button, told(credential));
      if (is_new) {
        if (response.redirected) location.assign(response.url);
        else {
          /* recovery codes, shown this once */
          const page = new DOMParser().parseFromString(await response.text(), "text/html");
          document.getElementById("main").replaceWith(document.importNode(page.getElementById("main"), true));
          document.title = page.title;
          window.scrollTo(0, 0);
        }
      } else location.assign((await response.json()).target || button.dataset.target || "/");
    } catch (problem) {
      error.textContent = problem instanceof window.DOMException ? "没有完成，请重试" : problem.message || "没有完成，请稍后再试";
      button.disabled = false;
    }
  }

  document.addEventListener("click", onClick);
})();
