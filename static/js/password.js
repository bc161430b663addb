/* Tells of Caps Lock and of Cyrillic letters while a password is being typed. Says nothing of it to anybody else. */
(() => {
  "use strict";

  const boxes = 'input[autocomplete="new-password"]';

  const line = (box) => {
    const id = `${box.id}-typed`;
    let help = document.getElementById(id);
    if (!help) {
      help = document.createElement("p");
      help.id = id;
      help.className = "typed-help";
      help.setAttribute("role", "status");
      box.closest(".field").append(help);
    }
    return help;
  };

  let capsLock = false;

  const tell = (box) => {
    const words = box.closest("form")?.dataset ?? {};
    const parts = [];
    if (capsLock) parts.push(words.capsLock);
    if (/[\u0400-\u04ff]/.test(box.value)) parts.push(words.layout);
    const text = parts.filter(Boolean).join(" ");
    if (text || document.getElementById(`${box.id}-typed`)) line(box).textContent = text;
  };

  const listen = (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches(boxes) || !box.closest(".field")) return;
    if (event.getModifierState) capsLock = event.getModifierState("CapsLock");
    tell(box);
  };

  // Text may come without keys (pasted, spoken, from a password manager), and Caps Lock without text.
  for (const kind of ["keydown", "keyup", "input"]) document.addEventListener(kind, listen);
})();
