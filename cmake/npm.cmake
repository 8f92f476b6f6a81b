# cassini_npm(SOURCE folder INTO folder FILES node_modules/x/y ...)
# Installs what SOURCE/package-lock.json names below INTO, when the lock changes, and makes FILES
# there and INTO/installed known as outputs. With a warm npm cache no network is needed. Nothing that
# a package would run at its installation is run.
find_program(NPM npm REQUIRED)

function(cassini_npm)
  cmake_parse_arguments(PARSE_ARGV 0 JOB "" "SOURCE;INTO" "FILES")
  set(outputs ${JOB_FILES})
  list(TRANSFORM outputs PREPEND ${JOB_INTO}/)
  # touch: npm gives the files the date of their package, which is older than the lock.
  add_custom_command(
    OUTPUT ${JOB_INTO}/installed ${outputs}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${JOB_INTO}
    COMMAND ${CMAKE_COMMAND} -E copy package.json package-lock.json ${JOB_INTO}
    COMMAND ${NPM} ci --prefix ${JOB_INTO} --ignore-scripts --prefer-offline --no-audit --no-fund
            --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${outputs} ${JOB_INTO}/installed
    DEPENDS ${JOB_SOURCE}/package.json ${JOB_SOURCE}/package-lock.json
    WORKING_DIRECTORY ${JOB_SOURCE}
    COMMENT "Installing npm packages of ${JOB_SOURCE}"
    VERBATIM)
endfunction()
