# cassini_npm(SOURCE folder FILES node_modules/x/y ...)
# Installs what SOURCE/package-lock.json names into CMAKE_CURRENT_BINARY_DIR/npm, when the lock
# changes, and makes FILES below it known as outputs. With a warm npm cache no network is needed.
# Nothing that a package would run at its installation is run.
find_program(NPM npm REQUIRED)

function(cassini_npm)
  cmake_parse_arguments(PARSE_ARGV 0 JOB "" "SOURCE" "FILES")
  set(npm ${CMAKE_CURRENT_BINARY_DIR}/npm)
  list(TRANSFORM JOB_FILES PREPEND ${npm}/ OUTPUT_VARIABLE outputs)
  # touch: npm gives the files the date of their package, which is older than the lock.
  add_custom_command(
    OUTPUT ${npm}/installed ${outputs}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${npm}
    COMMAND ${CMAKE_COMMAND} -E copy package.json package-lock.json ${npm}
    COMMAND ${NPM} ci --prefix ${npm} --ignore-scripts --prefer-offline --no-audit --no-fund
            --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${outputs} ${npm}/installed
    DEPENDS ${JOB_SOURCE}/package.json ${JOB_SOURCE}/package-lock.json
    WORKING_DIRECTORY ${JOB_SOURCE}
    COMMENT "Installing npm packages of ${JOB_SOURCE}"
    VERBATIM)
endfunction()
