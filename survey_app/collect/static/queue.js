// Answers on this device until the server has acknowledged each of them; and what the device knows of itself.
// An item is {id, survey, body (canonical JSON), sha256, queued_at, state: "waiting" | "aside", problem}.

const NAME = "kiosk";
const LAYOUT = 1;

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export class Queue {
  #database = null;

  /** Write an item; resolves once it is on the disk, rejects where it is not. */
  add(item) {
    return this.#write("answers", (store) => store.put(item));
  }

  remove(ids) {
    return this.#write("answers", (store) => ids.forEach((id) => store.delete(id)));
  }

  /** Keep an item that the server will never take as it is, out of the way of the others. */
  setAside(item, problem) {
    return this.add({ ...item, state: "aside", problem });
  }

  /** Let what another pairing could not send try again. */
  async release(problem) {
    const kept = await this.#read("answers", (store) => store.getAll());
    const again = kept.filter((item) => item.state === "aside" && item.problem === problem);
    return this.#write("answers", (store) => again.forEach((item) => store.put({ ...item, state: "waiting", problem: "" })));
  }

  all() {
    return this.#read("answers", (store) => store.getAll());
  }

  /** The surveys that answers wait for. */
  async surveys() {
    const found = [];
    for (;;) {
      const after = found.length ? ["waiting", found.at(-1), []] : ["waiting"];
      const range = IDBKeyRange.bound(after, ["waiting", []]);
      const [next] = await this.#read("answers", (store) => store.index("order").getAll(range, 1));
      if (!next) return found;
      found.push(next.survey);
    }
  }

  /** The oldest waiting items of a survey. */
  waiting(survey, most) {
    const range = IDBKeyRange.bound(["waiting", survey], ["waiting", survey, []]);
    return this.#read("answers", (store) => store.index("order").getAll(range, most));
  }

  /** {waiting, aside, oldest}: how many, and since when (ISO) the oldest waits (null: none does). */
  async summary() {
    const range = (state) => IDBKeyRange.bound([state], [state, []]);
    const count = (state) => this.#read("answers", (store) => store.index("order").count(range(state)));
    const surveys = await this.surveys();
    const first = await Promise.all(surveys.map(async (survey) => (await this.waiting(survey, 1))[0]?.queued_at));
    return { waiting: await count("waiting"), aside: await count("aside"), oldest: first.filter(Boolean).sort()[0] ?? null };
  }

  setting(name) {
    return this.#read("settings", (store) => store.get(name));
  }

  keepSettings(values) {
    return this.#write("settings", (store) => Object.entries(values).forEach(([name, value]) => store.put(value, name)));
  }

  async #open() {
    if (this.#database) return this.#database;
    const request = indexedDB.open(NAME, LAYOUT);
    request.onupgradeneeded = () => {
      const answers = request.result.createObjectStore("answers", { keyPath: "id" });
      answers.createIndex("order", ["state", "survey", "id"]);
      request.result.createObjectStore("settings");
    };
    const database = await settled(request);
    // Browsers close a database under memory pressure or when its files are touched: the next use opens it again.
    database.onclose = () => (this.#database = null);
    database.onversionchange = () => {
      database.close();
      this.#database = null;
    };
    return (this.#database = database);
  }

  async #read(name, ask) {
    const database = await this.#open();
    return settled(ask(database.transaction(name).objectStore(name)));
  }

  async #write(name, change) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not stored"));
      change(transaction.objectStore(name));
    });
  }
}
