PYTHON ?= python3
PRESET ?= laptop
KERNEL ?= python3
ROW ?= table1
PROFILE ?= local
JOBS ?= 2

VENV := .venv
PY := $(VENV)/bin/python
PIP := -m pip install -qq --no-compile
TESTS := OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive SINDIFF_PRESET=smoke $(PY) -m pytest -n $(JOBS) --dist loadgroup
READY := $(VENV)/.ready
ENGINE := .venv-workflow
RUN := runs/reproduce/$(PRESET)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo check test test-colab bench bench-gpu test-slurm reproduce engine lab student studio kernel figures outputs \
  models lint lock clean

help: ## List these goals
	@echo "usage: make GOAL [PYTHON=python3.11]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Create .venv with the locked versions

demo: setup ## Train on one picture and invent new ones: notebooks/00_start.ipynb (PRESET=laptop)
	$(PY) scripts/run_notebooks.py notebooks/00_start.ipynb --preset $(PRESET) --out figures/quickstart
	@echo "Notebook: figures/quickstart/00_start.ipynb"
	@echo "Pictures:" && ls figures/quickstart/*.png

check: lint ## Check the style and run the quick tests, a few minutes (JOBS=2)
	$(TESTS) --durations=10 tests/paper tests/parts

test: lint engine ## Run all tests: whole programs, the browser and every notebook too (JOBS=2)
	$(TESTS) --durations=40 --nbmake --nbmake-timeout=300 tests notebooks

test-colab: .venv-colab/.ready ## Test the widgets with Colab's older ipywidgets and ipykernel
	$(PY) -m pytest tests/whole/test_colab.py

bench: setup ## Measure training, sampling and the patch oracle on this machine: one table (ARGS=--quick)
	$(PY) benchmarks/all.py $(ARGS)

bench-gpu: setup ## Measure steps, the paper's runs, wide samples and Table 4 on a GPU (ARGS=--dry, "--minutes 600")
	$(PY) benchmarks/gpu.py $(ARGS)

lab: setup ## Open the notebooks in JupyterLab
	$(PY) -m jupyterlab notebooks

student: ## Make the notebooks for a class: no outputs, no solutions (in student/)
	$(PYTHON) scripts/student_notebooks.py

studio: setup ## Open the studio in the browser: draw on a photo and watch pictures form (PHOTO=photo.jpg)
	$(PY) -m sindiff studio $(PHOTO)

kernel: setup ## Install the Jupyter kernel sindiff-cuda, which computes on the GPU or says why not
	$(PY) -m ipykernel install --sys-prefix --name sindiff-cuda --display-name "sindiff (CUDA)" --env SINDIFF_DEVICE cuda

figures: setup ## Rerun every notebook; figures/index.html shows all figures beside the paper's (PRESET, KERNEL=python3)
	$(PY) scripts/run_notebooks.py notebooks/*.ipynb --preset $(PRESET) --kernel $(KERNEL)
	$(PY) scripts/figures_index.py --tables $(RUN)/tables $(if $(filter-out laptop,$(PRESET)),--suffix=-$(PRESET))

reproduce: setup engine ## Reproduce tables of the paper (ROW=table1|table3|table4|all, PRESET, PROFILE=slurm, ARGS=-n, CONFIG=)
	@mkdir -p $(RUN)
	$(ENGINE)/bin/snakemake --snakefile workflow/Snakefile --directory $(RUN) --profile workflow/profiles/$(PROFILE) \
	  --config table=$(ROW) preset=$(PRESET) $(CONFIG) $(ARGS)

engine: $(ENGINE)/.ready ## Create .venv-workflow with Snakemake, for make reproduce

test-slurm: setup engine ## Try make reproduce on a real one-node Slurm (Debian: apt install slurm-wlm munge)
	$(PY) tests/whole/workflow/try_slurm.py

outputs: setup ## Check that the notebooks' pages show what their code gives: one clean commit, nothing edited since
	$(PY) scripts/check_notebooks.py --outputs

models: setup ## Train the small models that come with the pictures
	$(PY) scripts/data/train_models.py

lint: setup ## Check the style of code and notebooks
	$(PY) -m ruff check .

lock: ## Rewrite requirements.lock (PYTHON must be 3.11)
	$(PYTHON) scripts/lock.py

clean: ## Remove caches and build outputs (keeps .venv, runs and figures)
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache
	find . -name .venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "sindiff needs Python 3.11 or newer, and $(PYTHON) is not: try make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) lacks venv: install it first (Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "[1/2] Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "[2/2] Installing PyTorch, JupyterLab and what else they need (0.4 GB; 3 GB on Linux if PyTorch comes with CUDA)"
	@$(PY) $(PIP) -r requirements.lock -e .
	@$(PY) -m compileall -q -j $(JOBS) $(VENV)/lib > /dev/null || true  # what pip does, but on one core
	@touch $@

$(ENGINE)/.ready: workflow/requirements.txt
	@echo "Creating $(ENGINE) (about 0.1 GB)"
	@$(PYTHON) -m venv $(ENGINE)
	@$(ENGINE)/bin/python $(PIP) -r workflow/requirements.txt
	@touch $@

# Colab's versions on top of the locked ones: what is not installed here is found in .venv.
.venv-colab/.ready: $(READY)
	@$(PY) -m venv .venv-colab
	@.venv-colab/bin/python $(PIP) ipywidgets==7.7.1 ipykernel==6.17.1 ipython==7.34.0 anywidget==0.9.21
	@$(PY) -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' > "$$(.venv-colab/bin/python -c \
	  'import sysconfig; print(sysconfig.get_path("purelib"))')/locked.pth"
	@touch $@
