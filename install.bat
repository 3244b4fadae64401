@echo off
rem Install Palette Core, and its plug-in for GIMP 3, on Windows: install.bat --help
rem This only looks for a Python that can run the installer, which is the package "installer".
setlocal
set "uv=%~dp0uv.exe"
if exist "%uv%" goto with_uv
set "uv=uv"
where uv >nul 2>nul && goto with_uv
set "python=py -3"
py -3 -I -c "import sys; sys.exit(sys.version_info < (3, 9))" >nul 2>nul && goto with_python
set "python=python"
python -I -c "import sys; sys.exit(sys.version_info < (3, 9))" >nul 2>nul && goto with_python
echo install.bat: error: there is no Python 3.9 or newer. Do: winget install Python.Python.3.13 1>&2
echo Or take uv, which brings a Python: winget install astral-sh.uv, or put uv.exe into this folder. 1>&2
echo Then open a new window and run install.bat again. 1>&2
set status=1
goto end

:with_uv
"%uv%" run --quiet --no-project --python 3.13 python -I -B "%~dp0installer" %*
set status=%errorlevel%
goto end

:with_python
%python% -I -B "%~dp0installer" %*
set status=%errorlevel%

:end
rem A window that a double click has opened would close before it is read.
echo "%cmdcmdline%" | find /i "%~nx0" >nul && pause
exit /b %status%
