// The language of a report: both stand in the page, the style shows one of them.
const chooseLanguage = (language) => {
  document.documentElement.dataset.language = language;
  document.documentElement.lang = language;
  for (const button of document.querySelectorAll("[data-to-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.toLanguage === language));
  }
};

const storedLanguage = () => {
  try {
    return localStorage.getItem("language");
  } catch {
    return null; // a browser may forbid storage to files
  }
};

for (const button of document.querySelectorAll("[data-to-language]")) {
  button.addEventListener("click", () => {
    chooseLanguage(button.dataset.toLanguage);
    try {
      localStorage.setItem("language", button.dataset.toLanguage);
    } catch {
      // It is then chosen again next time.
    }
  });
}
chooseLanguage(["ko", "en"].includes(storedLanguage()) ? storedLanguage() : navigator.language.startsWith("ko") ? "ko" : "en");
