//! A loaded script, and what can be asked of it.

use std::io::Read;
use std::path::Path;

use mizan::analysis::{self, answer_until, simulation};
use mizan::data::{Files, MemoryFiles, Refusal};
use mizan::diagnostic::Diagnostic;
use mizan::engine::simulate::Simulation;
use mizan::files::{self, Folder, Kept};
use mizan::partial::{self, Counts, PartKind, Partial};
use mizan::report::sha256;
use mizan::results::{Input, RunOptions};
use mizan::session::{self, Program};
use mizan::source::SourceMap;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::background::{Watch, run};
use crate::error;
use crate::report::{Report, draws_of};

/// The files of a script: those that were read when it was loaded, then those of its folder.
struct Reach<'a> {
    known: &'a MemoryFiles,
    folder: Option<&'a dyn Files>,
}

impl Files for Reach<'_> {
    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        match (self.known.open(name), self.folder) {
            (Err(Refusal::Missing), Some(folder)) => folder.open(name),
            (found, _) => found,
        }
    }
}

/// A script with the files that it names, loaded and checked.
#[pyclass(frozen, module = "mizan._mizan")]
pub(crate) struct Script {
    /// The name in messages.
    name: String,
    /// The script's path, if it has one.
    path: Option<String>,
    /// The script and the files that it names, the script first.
    inputs: Vec<Input>,
    memory: MemoryFiles,
    program: Program,
}

/// The options of a run, as Python gives them.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    question: String,
    scenarios: Vec<String>,
    set: Vec<String>,
    years: Option<(i32, i32)>,
    draws: u64,
    seed: u64,
    sampling: String,
    memory: Option<u64>,
    progress: Option<Py<PyAny>>,
}

impl Options {
    fn run_options(&self) -> RunOptions {
        RunOptions {
            scenarios: self.scenarios.clone(),
            set: self.set.clone(),
            years: self.years,
            draws: self.draws,
            seed: self.seed,
            sampling: self.sampling.clone(),
            errors: false,
            question: self.question.clone(),
        }
    }
}

#[pymethods]
impl Script {
    /// Loads a script from a file.
    #[staticmethod]
    fn read(py: Python<'_>, path: &str) -> PyResult<Self> {
        let text = files::read(Path::new(path))
            .map_err(|problem| error::raised(py, &[problem], &SourceMap::default()))?;
        let kept = Kept::new(Folder::of_script(Path::new(path)));
        let program = session::load_with(path, &text, &kept);
        let file = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        let mut inputs =
            vec![Input { name: file.unwrap_or_else(|| path.to_owned()), bytes: text.into_bytes() }];
        inputs.extend(kept.into_inputs());
        Ok(Self::of(path.to_owned(), Some(path.to_owned()), inputs, program))
    }

    /// Loads a script from its text. `files` are the names and bytes of files that it may name; other files are
    /// read from `folder`, if there is one.
    #[staticmethod]
    #[pyo3(signature = (name, text, files, folder=None))]
    fn of_text(
        name: String,
        text: String,
        files: Vec<(String, Vec<u8>)>,
        folder: Option<String>,
    ) -> Self {
        let mut memory = MemoryFiles::default();
        for (name, bytes) in &files {
            memory.add(name, bytes.clone());
        }
        let path =
            folder.map(|folder| Path::new(&folder).join(&name).to_string_lossy().into_owned());
        let kept = path.as_ref().map(|path| Kept::new(Folder::of_script(Path::new(path))));
        let folder = kept.as_ref().map(|kept| kept as &dyn Files);
        let program = session::load_with(&name, &text, &Reach { known: &memory, folder });
        let mut inputs = vec![Input { name: name.clone(), bytes: text.into_bytes() }];
        inputs.extend(files.into_iter().map(|(name, bytes)| Input { name, bytes }));
        inputs.extend(kept.into_iter().flat_map(Kept::into_inputs));
        Self::of(name, path, inputs, program)
    }

    /// The script and the files that it names, with their bytes; the script is first.
    fn inputs<'py>(&self, py: Python<'py>) -> Vec<(String, Bound<'py, PyBytes>)> {
        let input = |input: &Input| (input.name.clone(), PyBytes::new(py, &input.bytes));
        self.inputs.iter().map(input).collect()
    }

    /// The mistakes and warnings as a JSON array.
    fn diagnostics(&self) -> String {
        error::data(&self.program.diagnostics, &self.program.sources)
    }

    /// The mistakes and warnings as the terminal shows them.
    fn messages(&self) -> String {
        error::text(&self.program.diagnostics, &self.program.sources)
    }

    /// Raises `MizanError` if the script has mistakes.
    fn require(&self, py: Python<'_>) -> PyResult<()> {
        match self.program.model {
            Some(_) => Ok(()),
            None => Err(error::raised(py, &self.program.diagnostics, &self.program.sources)),
        }
    }

    /// Title, years, currency, scenarios, sets and quantities as a JSON object.
    fn outline(&self) -> String {
        self.program.model.as_ref().map_or_else(|| "null".to_owned(), crate::report::outline)
    }

    /// The SHA-256 of the script's text.
    fn sha256(&self) -> String {
        self.inputs.first().map_or(String::new(), |input| sha256(&input.bytes))
    }

    /// Runs the script, and answers its queries or one question.
    fn run(&self, py: Python<'_>, options: Options) -> PyResult<Report> {
        let (program, settings) = self.narrowed(py, &options)?;
        let Options { memory, progress, .. } = options;
        let simulated = simulation(&settings);
        let model = program.model.as_ref();
        let report = run(py, Watch { memory, progress }, |progress, stop| {
            model.map(|model| answer_until(model, simulated.as_ref(), progress, stop))
        })?;
        match report {
            Some(Ok(report)) => Ok(Report::new(report, program, self.inputs.clone(), settings)),
            Some(Err(problem)) => Err(error::raised(py, &[problem], &program.sources)),
            None => Err(error::raised(py, &program.diagnostics, &program.sources)),
        }
    }

    /// Makes the draws of some chunks, from the first to before the end; returns the bytes that [`merge`] takes. With
    /// the bytes of joined counts in `near`, few draws are kept.
    #[pyo3(signature = (options, chunks, near=None))]
    fn part<'py>(
        &self,
        py: Python<'py>,
        options: Options,
        chunks: (u64, u64),
        near: Option<Vec<u8>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let counts = match near {
            Some(bytes) => {
                let counts = joined(py, vec![("near".to_owned(), bytes)])?;
                let fits = counts.check("near", &self.inputs, &options.run_options());
                fits.map_err(|why| error::refused(py, &why.to_string()))?;
                Some(counts)
            }
            None => None,
        };
        let kind = counts.as_ref().map_or(PartKind::Draws, PartKind::DrawsNear);
        self.made(py, options, chunks, kind)
    }

    /// Counts the draws of some chunks around each quantile; returns the bytes that [`merge_counts`] takes.
    fn counts<'py>(
        &self,
        py: Python<'py>,
        options: Options,
        chunks: (u64, u64),
    ) -> PyResult<Bound<'py, PyBytes>> {
        if !simulation(&options.run_options()).as_ref().is_some_and(Simulation::has_brackets) {
            let text = "counts are for more than 131,072 draws of plain sampling";
            return Err(error::refused(py, text));
        }
        self.made(py, options, chunks, PartKind::Counts)
    }

    /// Makes the draws of the values of a `show` question: labels as JSON, and for each value an array whose last
    /// axis is the draw.
    fn draws<'py>(
        &self,
        py: Python<'py>,
        options: Options,
    ) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
        let (program, settings) = self.narrowed(py, &options)?;
        let Options { memory, progress, .. } = options;
        let (model, simulated) = (program.model.as_ref(), simulation(&settings));
        let made = run(py, Watch { memory, progress }, |progress, stop| {
            let (model, simulated) = (model?, simulated.as_ref()?);
            Some(analysis::draws(model, simulated, progress, stop))
        })?;
        match (made, model) {
            (Some(Ok(panels)), Some(model)) => draws_of(py, model, panels),
            (Some(Err(problem)), _) => Err(error::raised(py, &[problem], &program.sources)),
            (_, Some(_)) => Err(error::refused(py, "draws are made for 1 draw or more")),
            (_, None) => Err(error::raised(py, &program.diagnostics, &program.sources)),
        }
    }
}

impl Script {
    fn of(name: String, path: Option<String>, inputs: Vec<Input>, program: Program) -> Self {
        let mut memory = MemoryFiles::default();
        for input in inputs.iter().skip(1) {
            memory.add(&input.name, input.bytes.clone());
        }
        Self { name, path, inputs, memory, program }
    }

    /// Makes a part of a simulation; returns its bytes.
    fn made<'py>(
        &self,
        py: Python<'py>,
        options: Options,
        chunks: (u64, u64),
        kind: PartKind<'_>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (program, settings) = self.narrowed(py, &options)?;
        let Options { memory, progress, .. } = options;
        let count = simulation(&settings).map_or(0, |simulation| simulation.chunks());
        let (from, to) = chunks;
        if from >= to || to > count {
            let text = format!("chunks {from} to {to} are not within 0 to {count}");
            return Err(error::refused(py, &text));
        }
        let model = program.model.as_ref();
        let part = run(py, Watch { memory, progress }, |progress, stop| {
            model.map(|model| {
                let range = from..to;
                let made =
                    Partial::make(model, &self.inputs, settings, range, kind, progress, stop);
                made.map(|part| part.to_bytes())
            })
        })?;
        match part {
            Some(Ok(bytes)) => Ok(PyBytes::new(py, &bytes)),
            Some(Err(problem)) => Err(error::raised(py, &[problem], &program.sources)),
            None => Err(error::raised(py, &program.diagnostics, &program.sources)),
        }
    }

    /// Loads the script anew with the options of a run.
    fn narrowed(&self, py: Python<'_>, options: &Options) -> PyResult<(Program, RunOptions)> {
        let settings = options.run_options();
        let text = self.inputs.first().map_or(&[][..], |input| &input.bytes);
        let text = String::from_utf8_lossy(text);
        let folder = self.path.as_ref().map(|path| Folder::of_script(Path::new(path)));
        let folder = folder.as_ref().map(|folder| folder as &dyn Files);
        let reach = Reach { known: &self.memory, folder };
        let mut program = match options.question.as_str() {
            "" => session::load_used(&self.name, &text, &reach, &settings.set),
            question => {
                let edits = &settings.set;
                let mut asked = session::load_asking(&self.name, &text, &reach, edits, question);
                // Without its own queries, much of a script is unused.
                asked.diagnostics.retain(Diagnostic::is_error);
                asked
            }
        };
        if session::narrow(&mut program, &settings.scenarios, settings.years) {
            return Ok((program, settings));
        }
        Err(error::raised(py, &program.diagnostics, &program.sources))
    }
}

/// Answers the queries of a script from the parts of a simulation, each with its name and bytes.
#[pyfunction]
#[pyo3(signature = (parts, memory=None, progress=None))]
pub(crate) fn merge(
    py: Python<'_>,
    parts: Vec<(String, Vec<u8>)>,
    memory: Option<u64>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Report> {
    let whole =
        partial::merge(read(py, parts)?).map_err(|why| error::refused(py, &why.to_string()))?;
    let (program, inputs, settings) = whole.load();
    let model = program.model.as_ref();
    let report = run(py, Watch { memory, progress }, |progress, stop| {
        model.map(|model| whole.answer(model, progress, stop))
    })?;
    match report {
        Some(Ok(report)) => Ok(Report::new(report, program, inputs, settings)),
        Some(Err(problem)) => Err(error::raised(py, &[problem], &program.sources)),
        None => Err(error::raised(py, &program.diagnostics, &program.sources)),
    }
}

/// Joins the counts of some chunks, each with its name and bytes, to the counts that a part takes.
#[pyfunction]
pub(crate) fn merge_counts<'py>(
    py: Python<'py>,
    parts: Vec<(String, Vec<u8>)>,
) -> PyResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, &joined(py, parts)?.to_bytes()))
}

/// Joins counts; raises `MizanError` if they do not belong together.
fn joined(py: Python<'_>, parts: Vec<(String, Vec<u8>)>) -> PyResult<Counts> {
    Counts::join(read(py, parts)?).map_err(|why| error::refused(py, &why.to_string()))
}

/// Reads parts; raises `MizanError` for one that cannot be read.
fn read(py: Python<'_>, parts: Vec<(String, Vec<u8>)>) -> PyResult<Vec<(String, Partial)>> {
    let one = |(name, bytes): (String, Vec<u8>)| match Partial::read(&bytes) {
        Ok(part) => Ok((name, part)),
        Err(why) => Err(error::refused(py, &format!("{name} {why}"))),
    };
    parts.into_iter().map(one).collect()
}
